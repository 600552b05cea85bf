//! Bounded fuzzing on a stable compiler: a committed corpus, and mutations of it.

use std::{
    collections::BTreeMap,
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
};

/// Sets the number of mutations per run.
const RUNS: &str = "FUZZ_RUNS";
/// Sets the seed of the mutations; 0 by default.
const SEED: &str = "FUZZ_SEED";
/// Maximum input length; longer inputs are truncated.
const LONGEST: usize = 4096;

/// Generates inputs for one target: the files of a corpus folder, then mutations of them with dictionary words.
///
/// Runs are repeatable: the inputs change only with `FUZZ_SEED` and `FUZZ_RUNS`. [`Fuzz::check`] saves an input that
/// fails in the folder; once committed, it is tried first.
pub struct Fuzz {
    folder: PathBuf,
    corpus: Vec<Vec<u8>>,
    words: &'static [&'static str],
    runs: usize,
}

impl Fuzz {
    /// Reads the corpus in `folder` and plans `runs` mutations of it.
    ///
    /// # Panics
    /// If the folder is empty or unreadable.
    pub fn new(folder: &Path, words: &'static [&'static str], runs: usize) -> Self {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let files: BTreeMap<_, _> = entries
            .map(|entry| entry.expect("a file").path())
            .map(|path| (path.clone(), fs::read(&path).expect("an input")))
            .collect();
        let corpus: Vec<_> = files.into_values().collect();
        assert!(!corpus.is_empty(), "{} has no corpus files", folder.display());
        let runs = number(RUNS).map_or(runs, |runs| runs.try_into().unwrap_or(usize::MAX));
        Self { folder: folder.to_owned(), corpus, words, runs }
    }

    /// Returns the corpus, then the mutations.
    pub fn inputs(&self) -> impl Iterator<Item = Vec<u8>> {
        let mut random = Random(number(SEED).unwrap_or(0));
        let mutated = (0..self.runs).map(move |_| self.mutate(&mut random));
        self.corpus.iter().cloned().chain(mutated)
    }

    /// Runs `target` on all inputs. If it panics, saves the input and panics again.
    pub fn check(&self, target: impl Fn(&[u8])) {
        for input in self.inputs() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
                self.keep(&input);
                resume_unwind(panic);
            }
        }
    }

    /// Saves an input that failed in the corpus folder.
    pub fn keep(&self, input: &[u8]) {
        let sum = input
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        let file = self.folder.join(format!("failed-{sum:016x}"));
        fs::write(&file, input).expect("written");
        eprintln!("input saved in {}: {:?}", file.display(), String::from_utf8_lossy(input));
    }

    fn mutate(&self, random: &mut Random) -> Vec<u8> {
        let mut input = self.corpus[random.below(self.corpus.len())].clone();
        for _ in 0..=random.below(4) {
            let at = random.below(input.len() + 1);
            let to = at + random.below(input.len() - at + 1).min(16);
            match random.below(6) {
                0 if at < input.len() => input[at] = random.byte(),
                1 => input.insert(at, random.byte()),
                2 => drop(input.drain(at..to)),
                3 => {
                    let again = input[at..to].to_vec();
                    drop(input.splice(at..at, again));
                }
                4 if !self.words.is_empty() => {
                    let word = self.words[random.below(self.words.len())];
                    drop(input.splice(at..to, word.bytes()));
                }
                _ => {
                    let other = &self.corpus[random.below(self.corpus.len())];
                    let from = random.below(other.len() + 1);
                    input.truncate(at);
                    input.extend_from_slice(&other[from..]);
                }
            }
        }
        input.truncate(LONGEST);
        input
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// The SplitMix64 generator: repeatable for a given seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}
