//! The problems of mypage, explained at `/problems/CODE`. Those of all products are chassis's.

use chassis::problem::Kind;

pub static KINDS: &[Kind] = &[Kind {
    code: "person_erased",
    en: "The person was erased. An access token may still be valid for a few minutes.",
    ko: "삭제된 사용자입니다. 액세스 토큰은 몇 분간 더 유효할 수 있습니다.",
}];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn each_problem_is_explained() {
        chassis::problem::assert_listed(env!("CARGO_MANIFEST_DIR"), KINDS);
    }
}
