use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

/// OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The working memory of one hash, reused: freed memory would stay with each thread's allocator, 19 MiB per thread.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

/// Hashes with a new salt. Returns a PHC string.
pub(super) fn hash(password: &[u8], memory: &mut Memory) -> String {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("within Argon2's bounds");
    let salt = Salt::new(&chassis::secret::random::<16>()).expect("16 bytes are enough");
    let output = compute(password, &salt, &params, Algorithm::Argon2id, Version::V0x13, memory);
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).expect("three numbers"),
        salt: Some(salt),
        hash: Some(output.expect("parameters and salt were checked")),
    };
    hash.to_string()
}

/// Whether the hash was made with other parameters than [`hash`] uses.
pub(super) fn is_outdated(hash: &str) -> bool {
    !PasswordHash::new(hash).is_ok_and(|hash| {
        let params = Params::try_from(&hash);
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && params
                .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES))
    })
}

/// Whether the password matches the hash, with the parameters of the hash.
pub(super) fn verify(password: &[u8], hash: &str, memory: &mut Memory) -> bool {
    let mut computed = || {
        let hash = PasswordHash::new(hash)?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let salt = hash.salt.as_ref().ok_or(Error::PasswordInvalid)?;
        let output = compute(password, salt, &Params::try_from(&hash)?, algorithm, version, memory)?;
        // The comparison takes constant time.
        Ok::<_, Error>(hash.hash == Some(output))
    };
    computed().unwrap_or(false)
}

fn compute(
    password: &[u8],
    salt: &[u8],
    params: &Params,
    algorithm: Algorithm,
    version: Version,
    memory: &mut Memory,
) -> Result<Output, Error> {
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = buffer.get_mut(..length).ok_or(Error::OutputSize)?;
    memory.0.resize(params.block_count().max(memory.0.len()), Block::new());
    let argon2 = Argon2::new(algorithm, version, params.clone());
    argon2.hash_password_into_with_memory(password, salt, output, &mut memory.0)?;
    Ok(Output::new(output)?)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn hashes_agree_with_the_argon2_crate() {
        let mut memory = Memory::default();
        let ours = hash(b"one-product-one-team", &mut memory);
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let parsed = PasswordHash::new(&ours).expect("a PHC string");
        assert!(Argon2::default().verify_password(b"one-product-one-team", &parsed).is_ok());

        let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).expect("small"));
        let theirs = small.hash_password(b"one-product-one-team").expect("a hash").to_string();
        assert!(verify(b"one-product-one-team", &theirs, &mut memory), "whatever the memory held before");
        assert!(!verify(b"another", &theirs, &mut memory) && !verify(b"x", "no hash", &mut memory));
        assert!(verify(b"one-product-one-team", &ours, &mut memory));
        assert!(!is_outdated(&ours) && is_outdated(&theirs) && is_outdated("no hash"));
        assert!(is_outdated(&ours.replace("$argon2id$", "$argon2i$")) && is_outdated(&ours.replace("$v=19", "")));
    }
}
