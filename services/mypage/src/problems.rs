//! The problems of mypage, explained at `/problems/CODE`. Those of all products are chassis's.

use chassis::problem::Kind;

pub static KINDS: &[Kind] = &[
    Kind {
        code: "person_erased",
        en: "The person was erased. An access token may still be valid for a few minutes.",
        ko: "삭제된 사용자입니다. 액세스 토큰은 몇 분간 더 유효할 수 있습니다.",
    },
    Kind {
        code: "sign_in_failed",
        en: "Login did not confirm the sign-in, or it took too long. Start again at /auth/sign-in.",
        ko: "로그인이 확인되지 않았거나 시간이 초과되었습니다. /auth/sign-in에서 다시 시작해 주세요.",
    },
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn each_problem_is_explained() {
        chassis::problem::assert_listed(env!("CARGO_MANIFEST_DIR"), KINDS);
    }
}
