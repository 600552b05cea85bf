product-name = login

## Words
email = 이메일
password = 비밀번호
password-hint = 12자 이상 입력해 주세요. 짧은 문장을 쓰면 기억하기 쉽습니다.
your-name = 이름
language = 언어
role = 역할
role-member = 구성원
role-admin = 관리자
to-home = 홈으로

## Sign-in, sign-up, sign-out
sign-in = 로그인
sign-in-for = ‘{ $client }’에 로그인합니다.
sign-up = 회사 가입
sign-up-lead = 회사 전용 공간을 만들고, 가입하신 분이 첫 관리자가 됩니다. 보내 드리는 이메일의 링크에서 비밀번호를 설정해 주세요.
sign-out = 로그아웃
sign-out-title = 로그아웃하시겠어요?
sign-out-text = { $email } 계정으로 로그인되어 있습니다.
stay = 로그인 유지
signed-out = 로그아웃되었습니다
signed-out-text = 이제 이 페이지를 닫으셔도 됩니다.
no-account = 아직 가입하지 않은 회사인가요?
have-account = 이미 계정이 있으신가요?
company-name = 회사 이름
company-slug = 짧은 이름
company-slug-hint = 주소에 쓰입니다. 영문 소문자, 숫자, 하이픈으로 3~40자입니다.
offer-title = 로그인되었습니다
offer-text = ‘{ $client }’에서 이동해 오셨습니다.
offer-do = ‘{ $client }’(으)로 계속

## Home
welcome = 계정 하나로 모든 제품을
welcome-text = 한 번만 로그인하면 회사의 모든 제품을 이용하실 수 있습니다.
account = 계정
sessions = 로그인된 기기
sessions-lead = 모르는 기기가 있으면 세션을 종료해 주세요.
session-since = 로그인 { $time }
session-used = 마지막 사용 { $time }
this-device = 현재 기기
end-session = 종료
end-session-of = { $device } 세션 종료

## Invitations
invite = 동료 초대
invite-do = 초대하기
invitations-open = 수락 대기 중인 초대
invitations-more = 초대 더 보기
invitation-until = { $until }까지
invitation = 초대
invitation-title = ‘{ $company }’에서 초대했습니다
invitation-lead = 이름과 비밀번호를 설정하면 바로 시작할 수 있습니다. 회사 이름은 해당 회사에서 직접 정한 것입니다. 모르는 회사라면 이 페이지를 닫아 주세요.
join = 시작하기

## Errors
error-bad-credentials = 이메일 또는 비밀번호가 올바르지 않습니다.
error-throttled = 시도 횟수가 너무 많습니다. { $minutes }분 뒤에 다시 시도해 주세요.
error-busy = 지금 로그인이 몰리고 있습니다. 잠시 후 다시 시도해 주세요.
error-required = 필수 항목입니다.
error-email = 이메일 주소 형식이 아닙니다.
error-name = 이름에는 웹 주소, 이메일 주소, 보이지 않는 문자를 쓸 수 없으며 한 줄이어야 합니다.
error-name-reserved = 저희 제품에서 사용하는 이름입니다.
error-email-local = 이메일 주소의 @ 앞에는 영문자, 숫자와 . - _ + 같은 기호만 쓸 수 있습니다.
error-email-taken = 이미 가입된 이메일입니다.
error-already-member = 이미 구성원입니다.
error-password-short = 12자 이상 입력해 주세요.
error-password-common = 너무 흔한 비밀번호입니다. 다른 비밀번호를 사용해 주세요.
error-too-long = 너무 깁니다.
error-slug = 영문 소문자, 숫자, 하이픈(연속 불가)으로 3~40자를 입력해 주세요.
error-slug-reserved = 사용할 수 없는 이름입니다.
error-slug-taken = 다른 회사에서 사용 중인 이름입니다.
error-invalid = 입력한 내용을 확인해 주세요.
failure-again = 다시 시도
failure-client-title = 유효하지 않은 링크입니다
failure-client-text = 이전 제품에서 잘못된 요청을 보냈습니다. 돌아가서 다시 시도해 주세요.
continue-title = 잠시만 기다려 주세요
continue-text = 자동으로 이동합니다. 이동하지 않으면 아래 링크를 눌러 주세요.
continue-do = 계속하기
leave-lead = 앱으로 돌아가려면 { $host }(으)로 계속하세요. 저희 제품의 주소가 아니므로, 아는 주소일 때만 계속하세요.
leave-do = { $host }(으)로 계속
failure-invitation-title = 더 이상 유효하지 않은 초대입니다
failure-invitation-text = 이미 수락했거나, 새 초대로 바뀌었거나, 7일이 지났습니다. 초대를 다시 요청해 주세요.
failure-forbidden-title = 권한이 없습니다
failure-forbidden-text = 회사 관리자에게 문의해 주세요.

## Consent
consent = 접근 허용
consent-title = ‘{ $client }’의 접근을 허용하시겠어요?
consent-lead = ‘{ $company }’ 관리자가 등록하고 이름을 정한 앱입니다. 저희가 만든 제품이 아닙니다.
consent-permissions = ‘{ $client }’에서 다음 권한을 요청합니다.
consent-who = { $email } 계정으로 로그인되어 있습니다.
consent-host = 선택하신 뒤 { $host }(으)로 이동합니다.
consent-allow = 허용
consent-deny = 허용 안 함
consent-later = 언제든지 철회할 수 있습니다:
consents = 접근을 허용한 앱
consents-lead = 내 계정에 접근할 수 있는 회사 앱입니다. 철회하면 바로 접근이 차단됩니다. 회사 자체 서버에서는 최대 5분 동안 접근이 허용될 수 있습니다.
consents-none = 아직 허용한 앱이 없습니다.
consent-since = 허용 { $time }
consent-withdraw = 철회
consent-withdraw-of = ‘{ $client }’ 접근 허용 철회
scope-openid = 내 계정, 회사, 역할 확인
scope-profile = 이름과 언어 보기
scope-email = 이메일 주소 보기
scope-offline-access = 자리를 비운 동안에도 접근 유지
scope-api = 나를 대신해 제품 이용 (내 모든 권한 포함)
scope-resource = 나를 대신해 { $resource } 이용
select-account = 계정을 선택해 주세요
select-account-lead = ‘{ $client }’에서 사용할 계정을 선택해 주세요.
select-account-stay = 이 계정으로 계속하기
select-account-change = 다른 계정 사용

## Members, profile, account deletion
members = 구성원
members-used = 구성원 { $used }명 / 최대 { $most }명
members-more = 더 보기
suspended = 정지됨
suspend = 정지
suspend-of = { $name } 님 정지
reactivate = 정지 해제
reactivate-of = { $name } 님 정지 해제
make-admin = 관리자로 지정
make-admin-of = { $name } 님을 관리자로 지정
make-member = 관리자 해제
make-member-of = { $name } 님 관리자 해제
member-remove = 내보내기
member-remove-of = { $name } 님 내보내기
member-remove-title = { $name } 님을 내보낼까요?
member-remove-text = 계정과 관련 정보가 모든 제품에서 삭제되며, 되돌릴 수 없습니다.
member-keep = 취소
profile = 프로필
profile-change = 프로필 수정
save = 저장
erase-account = 계정 삭제
erase-account-title = 계정을 삭제하시겠어요?
erase-account-text = 계정과 관련 정보가 모든 제품에서 삭제되며, 되돌릴 수 없습니다.
erase-account-hint = 본인 확인을 위해 입력해 주세요.
erase-account-do = 영구 삭제
keep-account = 취소
error-wrong-password = 비밀번호가 올바르지 않습니다.
error-last-admin = 활성 상태의 관리자가 한 명 이상 필요합니다. 먼저 다른 구성원을 관리자로 지정해 주세요.
error-plan-members = 현재 요금제의 구성원 한도에 도달했습니다.
error-plan-sign-ins = 회사의 오늘 로그인 한도를 모두 사용했습니다. 내일 다시 시도하시거나 관리자에게 문의해 주세요.

## Password rules
error-password-personal = 이름, 이메일, 회사 이름과 너무 비슷합니다. 추측하기 어려운 단어를 더해 주세요.

## Passkeys
passkeys = 패스키
passkeys-lead = 비밀번호 대신 지문, 얼굴 또는 화면 잠금으로 로그인하실 수 있습니다.
passkeys-none = 아직 등록된 패스키가 없습니다.
passkey-name = 패스키 이름
passkey-name-hint = ‘회사 노트북’처럼 구분하기 쉬운 이름을 입력해 주세요.
passkey-add = 패스키 추가
passkey-added = 추가 { $time }
passkey-used = 마지막 사용 { $time }
passkey-unused = 사용한 적 없음
passkey-remove = 삭제
passkey-remove-of = { $name } 패스키 삭제
passkey-failed = 처리하지 못했습니다. 다시 시도해 주세요.
passkey-known = 이 기기에는 이미 등록된 패스키가 있습니다.
passkey-again = 마지막 로그인 후 15분이 지났습니다. 패스키를 추가하려면 다시 로그인해 주세요.
passkey-no-script = 패스키를 추가하려면 이 페이지에서 스크립트를 허용해 주세요.
passkey-no-device = 이 브라우저는 이 페이지에서 패스키를 지원하지 않습니다.
passkeys-need-name = IP 주소로 접속한 페이지에서는 패스키를 사용할 수 없습니다. 다른 기능은 모두 이용하실 수 있습니다.
passkey-sign-in = 패스키로 로그인
passkey-refused = 사용할 수 없는 패스키입니다. 비밀번호로 로그인해 주세요.

## E-mail confirmation and password reset
check-mail = 이메일을 확인해 주세요
check-mail-sign-up = 이메일을 보내 드렸습니다. 이메일의 링크에서 비밀번호를 설정하면 가입이 완료됩니다. 링크는 24시간 동안 유효합니다.
check-mail-forgot = 가입된 주소라면 곧 이메일이 도착합니다. 링크는 30분 동안 유효합니다.
check-mail-late = 몇 분이 지나도 도착하지 않으면 스팸함을 확인해 주세요.
check-mail-again = 다시 시도하기
check-mail-dev = 개발용 시스템이라 이메일을 실제로 보내지 않고 여기에 표시합니다.
verify = 비밀번호 설정
verify-title = ‘{ $company }’ 시작하기
verify-lead = 비밀번호를 설정하면 첫 관리자가 됩니다.
verify-not-you = 가입한 적이 없다면 이 페이지를 닫아 주세요. 비밀번호를 설정하지 않으면 계정이 만들어지지 않습니다.
verify-do = 시작하기
forgot = 비밀번호를 잊으셨나요?
forgot-lead = 이메일 주소를 입력하시면 새 비밀번호를 설정할 수 있는 링크를 보내 드립니다.
forgot-do = 링크 받기
reset = 새 비밀번호 설정
reset-lead = 비밀번호를 변경하면 모든 기기에서 로그아웃됩니다. 패스키와, 최근 30일 동안 만든 수락 대기 중인 초대와 앱 시크릿도 함께 무효가 됩니다.
reset-do = 비밀번호 변경
new-password = 새 비밀번호
password-changed = 비밀번호를 변경했습니다
password-changed-text = 새 비밀번호로 로그인해 주세요. 다른 기기는 모두 로그아웃되었고 패스키도 삭제되었습니다. 패스키는 로그인한 뒤 다시 추가할 수 있습니다. 함께 무효가 된 항목은 변경 안내 이메일에서 확인하실 수 있습니다.
invitation-sent = { $email } 주소로 초대 이메일을 보냈습니다. 7일 동안 수락할 수 있습니다.
failure-verify-title = 더 이상 유효하지 않은 링크입니다
failure-verify-text = 이미 사용했거나, 새 링크로 바뀌었거나, 24시간이 지났습니다. 로그인이 되지 않으면 다시 가입해 주세요.
failure-reset-title = 더 이상 유효하지 않은 링크입니다
failure-reset-text = 이미 사용했거나, 새 링크로 바뀌었거나, 30분이 지났습니다. 링크를 다시 요청해 주세요.
failure-taken-title = 이미 사용 중입니다
failure-taken-text = 짧은 이름이나 이메일을 다른 사람이 먼저 사용했습니다. 로그인하시거나 다른 짧은 이름으로 다시 가입해 주세요.
mailbox = 메일함
mailbox-lead = 이 개발용 시스템의 이메일을 최신순으로 표시합니다. 실제로 보내지는 않습니다.
mailbox-empty = 아직 이메일이 없습니다.

## E-mails
mail-verify-subject = 이메일 주소를 확인해 주세요
mail-verify-text =
    이 주소로 가입 신청이 들어왔습니다.

    본인이라면 24시간 안에 아래 페이지에서 비밀번호를 설정해 주세요.
    { $url }

    본인이 아니라면 이 이메일을 무시하셔도 됩니다. 비밀번호를 설정하지 않으면 계정이 만들어지지 않습니다.
mail-taken-subject = 이미 가입된 계정이 있습니다
mail-taken-text =
    이 주소로 가입 신청이 들어왔지만 이미 계정이 있어서 새로 만들지 않았습니다.

    로그인하기:
    { $sign_in_url }

    비밀번호를 잊으셨다면:
    { $forgot_url }

    본인이 아니라면 이 이메일을 무시하셔도 됩니다.
mail-invitation-subject = 회사에 초대받으셨습니다
mail-invitation-text =
    ‘{ $company }’ 회사의 관리자가 회원님을 초대했습니다. 회사 이름은 해당 회사에서 직접 정한 것입니다.

    7일 안에 아래 페이지에서 이름과 비밀번호를 설정해 주세요.
    { $url }

    모르는 회사의 초대라면 이 이메일을 무시하셔도 됩니다.
mail-reset-subject = 새 비밀번호를 설정해 주세요
mail-reset-text =
    이 주소로 비밀번호 재설정 요청이 들어왔습니다.

    본인이라면 30분 안에 아래 페이지에서 새 비밀번호를 설정해 주세요.
    { $url }

    본인이 아니라면 이 이메일을 무시하셔도 됩니다. 비밀번호는 바뀌지 않습니다.
mail-password-subject = 비밀번호가 변경되었습니다
mail-password-text =
    { $time }에 비밀번호가 변경되었고 모든 기기에서 로그아웃되었습니다. 패스키도 삭제되었습니다.

    본인이 변경하지 않았다면 아래 페이지에서 계정을 복구하고 회사 관리자에게 알려 주세요.
    { $forgot_url }
mail-password-invitations = 회원님의 기기에서 만든 수락 대기 중인 초대를 취소했습니다.
mail-password-secrets = 최근 30일 동안 회원님의 기기에서 만든 다음 회사 앱의 시크릿은 더 이상 쓸 수 없습니다. 관리자가 새로 발급할 수 있습니다.
mail-password-passkeys = 다음 패스키를 삭제했습니다.
mail-password-joined = 다음 분은 회원님의 기기에서 만든 초대를 수락했고 지금도 구성원입니다. 직접 초대하셨는지 확인해 주세요.
mail-password-clients = 다음 회사 앱은 최근 30일 동안 회원님의 기기에서 등록하거나 변경했고 그대로 남아 있습니다. 모든 사용자에게 다시 동의를 받습니다. 주소를 확인해 주세요.
mail-password-roles = 구성원의 역할 변경, 정지, 내보내기는 되돌리지 않습니다. 구성원의 역할을 확인해 주세요.
mail-device-subject = 새 기기에서 로그인했습니다
mail-device-text =
    새로운 기기 또는 한동안 쓰지 않은 기기에서 로그인했습니다: { $device }, { $time }

    본인이라면 이 이메일을 무시하셔도 됩니다. 본인이 아니라면 새 비밀번호를 설정해 주세요. 모든 세션이 종료됩니다.
    { $forgot_url }

    로그인된 기기 보기:
    { $sessions_url }

## Passkey changes
passkey-rename = 이름 변경
passkey-rename-of = { $name } 패스키 이름 변경
passkey-new-name = 새 이름
mail-passkey-added-subject = 패스키가 추가되었습니다
mail-passkey-added-text =
    회원님의 계정에 패스키가 추가되었습니다: { $device }, { $time }
    이 패스키를 가진 사람은 회원님의 계정으로 로그인할 수 있습니다.

    본인이라면 이 이메일을 무시하셔도 됩니다. 본인이 아니라면 새 비밀번호를 설정해 주세요. 모든 패스키가 삭제되고 모든 세션이 종료됩니다.
    { $forgot_url }

    패스키 보기:
    { $account_url }
mail-passkey-removed-subject = 패스키가 삭제되었습니다
mail-passkey-removed-text =
    회원님의 계정에서 패스키가 삭제되었습니다: { $device }, { $time }
    이제 그 패스키로는 로그인할 수 없습니다.

    본인이라면 이 이메일을 무시하셔도 됩니다. 본인이 아니라면 새 비밀번호를 설정해 주세요. 모든 세션이 종료됩니다.
    { $forgot_url }

    패스키 보기:
    { $account_url }

## Withdrawn invitations
invitation-withdraw = 초대 취소
invitation-withdraw-of = { $email } 초대 취소

## Registered apps
clients = 회사 앱
clients-lead = { $company } 구성원이 자신의 계정으로 로그인할 수 있는 앱입니다.
clients-none = 아직 등록된 앱이 없습니다.
client-public = 공개
client-confidential = 기밀
client-registered-at = 등록 { $time }
client-register = 앱 등록
client-name = 이름
client-name-hint = 구성원이 접근을 허용할 때 표시되는 이름입니다.
client-kind = 종류
client-kind-public = 네이티브 앱 (공개)
client-kind-confidential = 웹 서버 (기밀)
client-kind-hint = 웹 서버에는 시크릿을 발급해 드립니다. 각자의 기기에서 실행되는 앱은 시크릿을 안전하게 보관할 수 없어 발급하지 않습니다.
client-redirect-uris = 리디렉션 URI
client-redirect-uris-hint = 로그인한 뒤 돌아갈 주소를 한 줄에 하나씩 입력해 주세요. https 주소 또는 127.0.0.1, [::1], localhost의 http 주소를 쓸 수 있습니다.
client-register-do = 등록하기
client-registered = ‘{ $client }’ 앱을 등록했습니다
client-secret-once = 시크릿을 지금 안전한 곳에 보관해 주세요. 다시 표시되지 않습니다.
client-issuer = OpenID Connect 라이브러리에 issuer를 설정하면 나머지 정보는 자동으로 찾습니다.
client-remove = 삭제
client-remove-of = ‘{ $client }’ 앱 삭제
client-remove-title = ‘{ $client }’ 앱을 삭제할까요?
client-remove-text = 더 이상 이 앱에 로그인할 수 없고, 구성원의 접근 허용도 함께 삭제됩니다. 되돌릴 수 없습니다.
client-keep = 취소
error-too-many = 최대 20개까지 입력할 수 있습니다.
error-too-many-clients = 회사 앱은 100개까지 등록할 수 있습니다. 쓰지 않는 앱을 삭제해 주세요.
error-redirect-uri = https 주소 또는 127.0.0.1, [::1], localhost의 http 주소를 사용자 이름, ‘#’, ‘*’ 없이 입력해 주세요. 사용할 수 없는 주소: { $addresses }
