//! Bounded fuzzing without a nightly compiler: inputs that were kept, and mutations of them.

use std::{
    collections::BTreeMap,
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
};

/// Mutations tried in a run of the tests, and how they are drawn: `FUZZ_RUNS` and `FUZZ_SEED` ask for more and for others.
const RUNS: &str = "FUZZ_RUNS";
const SEED: &str = "FUZZ_SEED";
/// What is longer is cut.
const LONGEST: usize = 4096;

/// Inputs for one target: first each file of a folder, then mutations of them with words of a dictionary.
///
/// A run is the same each time unless `FUZZ_SEED` says otherwise. An input that fails is written into the folder by
/// [`Fuzz::check`]: committed there, it is tried first from then on.
pub struct Fuzz {
    folder: PathBuf,
    kept: Vec<Vec<u8>>,
    words: &'static [&'static str],
    runs: usize,
}

impl Fuzz {
    /// The inputs in `folder`, and `runs` mutations of them.
    ///
    /// # Panics
    /// When the folder holds none.
    pub fn new(folder: &Path, words: &'static [&'static str], runs: usize) -> Self {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let files: BTreeMap<_, _> = entries
            .map(|entry| entry.expect("a file").path())
            .map(|path| (path.clone(), fs::read(&path).expect("an input")))
            .collect();
        let kept: Vec<_> = files.into_values().collect();
        assert!(!kept.is_empty(), "{} holds no inputs", folder.display());
        let runs = number(RUNS).map_or(runs, |runs| runs.try_into().unwrap_or(usize::MAX));
        Self { folder: folder.to_owned(), kept, words, runs }
    }

    /// All inputs, one after the other.
    pub fn inputs(&self) -> impl Iterator<Item = Vec<u8>> {
        let mut random = Random(number(SEED).unwrap_or(0));
        let mutated = (0..self.runs).map(move |_| self.mutate(&mut random));
        self.kept.iter().cloned().chain(mutated)
    }

    /// Tries all inputs on `target`, which panics at what must not be. That input is kept.
    pub fn check(&self, target: impl Fn(&[u8])) {
        for input in self.inputs() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
                self.keep(&input);
                resume_unwind(panic);
            }
        }
    }

    /// Writes an input that failed into the folder.
    pub fn keep(&self, input: &[u8]) {
        let sum = input
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        let file = self.folder.join(format!("failed-{sum:016x}"));
        fs::write(&file, input).expect("written");
        eprintln!("the input is kept in {}: {:?}", file.display(), String::from_utf8_lossy(input));
    }

    fn mutate(&self, random: &mut Random) -> Vec<u8> {
        let mut input = self.kept[random.below(self.kept.len())].clone();
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
                    let other = &self.kept[random.below(self.kept.len())];
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

/// SplitMix64: what is drawn must be the same each time, and nothing more.
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
