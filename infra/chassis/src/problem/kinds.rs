//! The kinds of problems, to which the `type` of a problem leads: `/problems/` and the code.

use super::Problem;
use crate::text::Locale;

/// A kind of problem, explained to the developer of a client.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The stable code.
    pub code: &'static str,
    /// The explanation in English.
    pub en: &'static str,
    /// The explanation in Korean.
    pub ko: &'static str,
}

impl Kind {
    /// The explanation in a language.
    pub const fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.en,
            Locale::Ko => self.ko,
        }
    }
}

/// The problems of every product.
pub static COMMON: &[Kind] = &[
    Kind {
        code: "ahead_of_time",
        en: "The address changes something, so it is not loaded before a person opens it: by `HEAD` or as a prefetch.",
        ko: "상태를 바꾸는 주소이므로 사용자가 열기 전에 `HEAD`나 프리페치로 미리 불러올 수 없습니다.",
    },
    Kind {
        code: "conflict",
        en: "The state of the resource does not allow the request. Read the resource, then decide again.",
        ko: "리소스의 현재 상태에서는 처리할 수 없는 요청입니다. 리소스를 다시 조회한 뒤 결정하세요.",
    },
    Kind {
        code: "deadline_exceeded",
        en: "Another product did not answer in time. Try again.",
        ko: "다른 제품이 제시간에 응답하지 않았습니다. 다시 시도하세요.",
    },
    Kind {
        code: "forbidden",
        en: "The person has no permission for this. It needs another role, or it belongs to another person.",
        ko: "권한이 없습니다. 다른 역할이 필요하거나 다른 사람의 리소스입니다.",
    },
    Kind {
        code: "foreign_origin",
        en: "The form was sent from another site. Forms are accepted from the product's own pages only.",
        ko: "다른 사이트에서 보낸 폼입니다. 이 제품의 페이지에서 보낸 폼만 처리합니다.",
    },
    Kind {
        code: "idempotency_key_reused",
        en: "The Idempotency-Key was used for another request within 24 hours. Use a new key for each new request.",
        ko: "24시간 안에 다른 요청에 사용한 Idempotency-Key입니다. 새 요청에는 새 키를 사용하세요.",
    },
    Kind {
        code: "insufficient_scope",
        en: "The access token lacks a scope. WWW-Authenticate names it; request a token that has it.",
        ko: "액세스 토큰에 필요한 scope가 없습니다. WWW-Authenticate에 적힌 scope로 토큰을 다시 받으세요.",
    },
    Kind {
        code: "internal",
        en: "An error on our side. Report it with the trace_id. A request with an Idempotency-Key can be repeated.",
        ko: "서버 오류입니다. trace_id와 함께 알려 주세요. Idempotency-Key가 있는 요청은 다시 보낼 수 있습니다.",
    },
    Kind {
        code: "invalid_request",
        en: "Fields or parameters are not valid. `errors` names each field with a code and the rule.",
        ko: "필드나 매개변수가 올바르지 않습니다. `errors`에 필드별 코드와 규칙이 있습니다.",
    },
    Kind {
        code: "malformed_json", en: "The body is not valid JSON.", ko: "요청 본문이 올바른 JSON이 아닙니다."
    },
    Kind {
        code: "method_not_allowed",
        en: "The path does not have this method. `Allow` lists those that it has.",
        ko: "이 경로에서 지원하지 않는 메서드입니다. `Allow` 헤더에 지원하는 메서드가 있습니다.",
    },
    Kind { code: "not_found", en: "The path does not exist.", ko: "존재하지 않는 경로입니다." },
    Kind {
        code: "other_session",
        en: "The page belongs to a session that this browser no longer uses. Nothing was changed. Open the page again.",
        ko: "이 브라우저에서 더는 쓰지 않는 세션의 페이지입니다. 변경된 내용은 없습니다. 페이지를 다시 여세요.",
    },
    Kind {
        code: "person_required",
        en: "The access token belongs to a client. This request needs the token of a person.",
        ko: "클라이언트의 액세스 토큰입니다. 사용자의 토큰이 필요합니다.",
    },
    Kind {
        code: "request_timeout",
        en: "The request did not arrive completely in time. Send it again.",
        ko: "요청이 제시간에 모두 도착하지 않았습니다. 다시 보내세요.",
    },
    Kind {
        code: "sign_in_failed",
        en: "Login did not confirm the sign-in, or it took too long. Start again at /auth/sign-in.",
        ko: "로그인이 확인되지 않았거나 시간이 초과되었습니다. /auth/sign-in에서 다시 시작해 주세요.",
    },
    Kind {
        code: "timeout",
        en: "The request took too long. It may have had its effect: repeat it with the same Idempotency-Key.",
        ko: "처리 시간이 초과되었습니다. 이미 처리되었을 수 있으므로 같은 Idempotency-Key로 다시 보내세요.",
    },
    Kind { code: "too_large", en: "The body is longer than 1 MiB.", ko: "요청 본문이 1 MiB를 넘습니다." },
    Kind {
        code: "too_many_requests",
        en: "Too many requests. Wait as long as `Retry-After` says.",
        ko: "요청이 너무 많습니다. `Retry-After`만큼 기다리세요.",
    },
    Kind {
        code: "unauthenticated",
        en: "The access token is missing, expired, revoked or not valid. Get a new one.",
        ko: "액세스 토큰이 없거나 만료, 취소되었거나 올바르지 않습니다. 새 토큰을 받으세요.",
    },
    Kind {
        code: "unavailable",
        en: "Overloaded, or a store cannot be reached. Try again after `Retry-After`.",
        ko: "과부하 상태이거나 저장소에 연결할 수 없습니다. `Retry-After` 이후 다시 시도하세요.",
    },
    Kind {
        code: "unimplemented",
        en: "Another product does not support this request yet.",
        ko: "다른 제품이 아직 지원하지 않는 요청입니다.",
    },
    Kind {
        code: "unreadable_body",
        en: "The body cannot be read: the connection broke, or its encoding is not valid.",
        ko: "요청 본문을 읽을 수 없습니다. 연결이 끊겼거나 인코딩이 올바르지 않습니다.",
    },
    Kind {
        code: "unsupported_media_type",
        en: "The body has another media type than the endpoint accepts.",
        ko: "지원하지 않는 미디어 타입의 요청 본문입니다.",
    },
];

/// The kind with a code: of the product, or one of all products.
pub(crate) fn find(own: &'static [Kind], code: &str) -> Option<&'static Kind> {
    own.iter().chain(COMMON).find(|kind| kind.code == code)
}

impl Problem {
    /// The `type` of a problem: the address at which the kind is explained.
    pub(super) fn kind(&self) -> String {
        format!("/problems/{}", self.code)
    }
}
