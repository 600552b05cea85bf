//! The problems of login, explained at `/problems/CODE`. Those of all products are chassis's.

use chassis::problem::Kind;

pub static KINDS: &[Kind] = &[
    Kind {
        code: "access_denied",
        en: "OAuth: the person denied access, or the client belongs to another tenant.",
        ko: "OAuth: 사용자가 거부했거나 다른 회사의 클라이언트입니다.",
    },
    Kind {
        code: "bad_credentials",
        en: "The e-mail address or the password is wrong.",
        ko: "이메일 또는 비밀번호가 올바르지 않습니다.",
    },
    Kind {
        code: "bad_passkey",
        en: "The passkey is unknown, its answer is not valid, or the person is suspended.",
        ko: "알 수 없는 패스키이거나, 응답이 올바르지 않거나, 정지된 사용자입니다.",
    },
    Kind {
        code: "client_not_found", en: "The tenant has no such client.", ko: "회사에 해당 클라이언트가 없습니다."
    },
    Kind {
        code: "consent_required",
        en: "OAuth: the person has to consent, and `prompt=none` does not allow to ask.",
        ko: "OAuth: 동의가 필요하지만 `prompt=none`이라 물어볼 수 없습니다.",
    },
    Kind {
        code: "email_taken",
        en: "An account with this e-mail address already exists.",
        ko: "이미 가입된 이메일입니다.",
    },
    Kind {
        code: "invalid_client",
        en: "OAuth: the client is unknown, or its secret or its method is wrong.",
        ko: "OAuth: 알 수 없는 클라이언트이거나 시크릿 또는 인증 방식이 올바르지 않습니다.",
    },
    Kind {
        code: "invalid_grant",
        en: "OAuth: the code or token is unknown, used, expired, revoked, or was issued to another client.",
        ko: "OAuth: 코드나 토큰이 없거나, 이미 사용, 만료, 취소되었거나, 다른 클라이언트의 것입니다.",
    },
    Kind {
        code: "invalid_scope",
        en: "OAuth: the client may use none of the scopes, or the scope exceeds the grant.",
        ko: "OAuth: 사용할 수 있는 scope가 없거나 허용 범위를 넘습니다.",
    },
    Kind {
        code: "invalid_target",
        en: "OAuth: the resource is not registered for the client, or was not granted (RFC 8707).",
        ko: "OAuth: 등록되지 않았거나 허용되지 않은 resource입니다(RFC 8707).",
    },
    Kind {
        code: "invitation_not_found",
        en: "The invitation was accepted, replaced or withdrawn, or has expired.",
        ko: "이미 수락했거나, 바뀌었거나, 철회 또는 만료된 초대입니다.",
    },
    Kind {
        code: "last_admin",
        en: "A tenant must keep at least one active admin. Make another person an admin first.",
        ko: "활성 관리자가 한 명은 있어야 합니다. 먼저 다른 사람을 관리자로 지정하세요.",
    },
    Kind {
        code: "login_required",
        en: "OAuth: the person has to sign in, and `prompt=none` does not allow to ask.",
        ko: "OAuth: 로그인이 필요하지만 `prompt=none`이라 물어볼 수 없습니다.",
    },
    Kind { code: "passkey_not_found", en: "The person has no such passkey.", ko: "해당 패스키가 없습니다." },
    Kind {
        code: "passkeys_off",
        en: "Passkeys need a host name: login's address is an IP address.",
        ko: "패스키에는 호스트 이름이 필요합니다. login의 주소가 IP 주소입니다.",
    },
    Kind {
        code: "password_reset_not_found",
        en: "The link was used or replaced by a newer one, or has expired. Request a new one.",
        ko: "이미 사용했거나, 새 링크로 바뀌었거나, 만료된 링크입니다. 다시 요청하세요.",
    },
    Kind {
        code: "plan_limit_members",
        en: "The plan's limit of members is reached. Open invitations count.",
        ko: "요금제의 구성원 수 한도에 도달했습니다. 대기 중인 초대도 포함됩니다.",
    },
    Kind {
        code: "plan_limit_sign_ins",
        en: "The plan's limit of sign-ins for this day is reached. `Retry-After` is the tenant's midnight.",
        ko: "요금제의 하루 로그인 한도에 도달했습니다. `Retry-After`는 회사 시간대의 자정입니다.",
    },
    Kind {
        code: "request_not_supported",
        en: "OAuth: request objects are not supported.",
        ko: "OAuth: request object를 지원하지 않습니다.",
    },
    Kind {
        code: "request_uri_not_supported",
        en: "OAuth: request objects are not supported.",
        ko: "OAuth: request object를 지원하지 않습니다.",
    },
    Kind {
        code: "secret_not_used",
        en: "A public client has no secret to renew.",
        ko: "공개 클라이언트에는 갱신할 시크릿이 없습니다.",
    },
    Kind {
        code: "sign_in_again",
        en: "The last sign-in is too old for this. Sign in again.",
        ko: "마지막 로그인이 오래되었습니다. 다시 로그인하세요.",
    },
    Kind {
        code: "sign_up_not_found",
        en: "The link was used or replaced by a newer one, or has expired. Sign up again.",
        ko: "이미 사용했거나, 새 링크로 바뀌었거나, 만료된 링크입니다. 다시 가입하세요.",
    },
    Kind {
        code: "slug_taken", en: "Another tenant has this slug.", ko: "다른 회사에서 사용 중인 짧은 이름입니다."
    },
    Kind { code: "tenant_not_found", en: "There is no such tenant.", ko: "해당 회사가 없습니다." },
    Kind {
        code: "too_many_clients",
        en: "A tenant can have at most 100 clients. Remove one that is not used.",
        ko: "클라이언트는 100개까지 등록할 수 있습니다. 사용하지 않는 클라이언트를 삭제하세요.",
    },
    Kind {
        code: "too_many_passkeys",
        en: "A person can have at most 20 passkeys.",
        ko: "패스키는 20개까지 등록할 수 있습니다.",
    },
    Kind {
        code: "too_many_tries",
        en: "Too many attempts. Wait as long as `Retry-After` says.",
        ko: "시도 횟수가 너무 많습니다. `Retry-After`만큼 기다리세요.",
    },
    Kind {
        code: "unauthorized_client",
        en: "OAuth: the client may not use this grant, or the token was issued to another client.",
        ko: "OAuth: 허용되지 않은 grant이거나 다른 클라이언트에 발급된 토큰입니다.",
    },
    Kind {
        code: "unsupported_grant_type",
        en: "OAuth: the token endpoint does not support this grant_type.",
        ko: "OAuth: 지원하지 않는 grant_type입니다.",
    },
    Kind {
        code: "unsupported_response_type",
        en: "OAuth: response_type must be code.",
        ko: "OAuth: response_type은 code여야 합니다.",
    },
    Kind {
        code: "user_not_found", en: "The tenant has no such person.", ko: "회사에 해당 사용자가 없습니다."
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
