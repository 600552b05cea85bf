product-name = login

## Words
email = E-mail
password = Password
password-hint = At least 12 characters. A sentence is easier to remember than a riddle.
your-name = Your name
language = Language
role = Role
role-member = Member
role-admin = Admin
to-home = To the home page

## Signing in, up and out
sign-in = Sign in
sign-in-for = Sign in to go on to { $client }.
sign-up = Sign up
sign-up-lead = Your company gets a space of its own, and you become its first admin. We send you a mail, and you choose a password behind the link in it.
sign-out = Sign out
sign-out-title = Sign out?
sign-out-text = You are signed in as { $email }.
stay = Stay signed in
signed-out = You are signed out
signed-out-text = You can close this page now.
no-account = Is your company new here?
have-account = Do you have an account already?
company-name = Company
company-slug = Short name
company-slug-hint = For addresses: 3 to 40 lower-case letters, digits and hyphens.

## Home
welcome = One account for all products
welcome-text = Sign in here once, and use each of your company's products.
account = Account
sessions = Where you are signed in
sessions-lead = End a session that you do not recognise.
session-since = Signed in { $time }
session-used = Last used { $time }
this-device = This device
end-session = End
end-session-of = End the session of { $device }

## Invitations
invite = Invite a colleague
invite-do = Invite
invitations-open = Open invitations
invitation-until = until { $until }
invitation = Invitation
invitation-title = { $company } invites you
invitation-lead = Choose a name and a password to join.
join = Join

## What can go wrong
error-bad-credentials = The e-mail address or the password is wrong.
error-throttled = { $minutes ->
    [one] There were too many tries. Please wait 1 minute.
   *[other] There were too many tries. Please wait { $minutes } minutes.
}
error-busy = Many people are signing in right now. Please try again in a moment.
error-required = Please fill this in.
error-email = This is not an e-mail address.
error-email-taken = This e-mail address has an account already.
error-already-member = This person is a member already.
error-password-short = Please use at least 12 characters.
error-password-common = Many people use this password. Please choose another.
error-too-long = This is too long.
error-slug = Please use 3 to 40 lower-case letters, digits and single hyphens.
error-slug-reserved = This short name is reserved.
error-slug-taken = Another company has this short name.
error-invalid = Please check this.
failure-title = This did not work
failure-text = Something went wrong on our side. Please try again in a moment.
failure-client-title = This link does not work
failure-client-text = The product that sent you here made a mistake. Please go back to it and try again.
failure-invitation-title = This invitation is no longer good
failure-invitation-text = It was accepted, replaced by a newer one, or is older than 7 days. Please ask for another.
failure-not-found-title = There is nothing here
failure-not-found-text = The page may have moved.
failure-forbidden-title = You may not do this
failure-forbidden-text = Please ask an admin of your company.

## Programs of the company
consent = Allow access
consent-title = Let { $client } in?
consent-lead = An admin of { $company } registered this program. It is not one of our own products.
consent-wishes = { $client } asks to:
consent-who = You are signed in as { $email }.
consent-host = Either way you go on to { $host }.
consent-allow = Allow
consent-deny = Don't allow
consent-later = You can take this back at any time:
consents = Programs you allowed
consents-lead = These programs of your company may use your account. Taking it back signs you out of them within five minutes.
consents-none = You have not allowed any yet.
consent-since = Allowed { $time }
consent-withdraw = Take back
consent-withdraw-of = Take back what { $client } may do
scope-openid = know who you are: your account, your company and your role there
scope-profile = see your name and language
scope-email = see your e-mail address
scope-offline-access = stay connected while you are away
scope-api = use the products for you, as you could yourself
scope-resource = use { $resource } for you
select-account = Who goes on?
select-account-lead = Choose the account to use { $client } with.
select-account-stay = Go on with this account
select-account-change = Use another account

## Members, profile, erasure
members = Members
members-used = { $used } of { $most } members
members-more = Show more
suspended = Suspended
suspend = Suspend
suspend-of = Suspend { $name }
reactivate = Reactivate
reactivate-of = Reactivate { $name }
make-admin = Make admin
make-admin-of = Make { $name } an admin
make-member = Take admin role
make-member-of = Take the admin role from { $name }
member-remove = Remove
member-remove-of = Remove { $name }
member-remove-title = Remove { $name }?
member-remove-text = The account and everything we know of this person are deleted in all products. This can’t be undone.
member-keep = Keep
profile = Profile
profile-change = Change profile
save = Save
erase-account = Delete account
erase-account-title = Delete your account?
erase-account-text = Your account and everything we know of you are deleted in all products. This can’t be undone.
erase-account-hint = To make sure that it is you.
erase-account-do = Delete for good
keep-account = Keep account
error-wrong-password = The password is wrong.
error-last-admin = Your company needs at least one active admin. Make someone else an admin first.
error-plan-members = Your plan has no room for another member.
error-plan-sign-ins = Your company has used up today’s sign-ins. Please try again tomorrow, or ask your admin.

## Passwords that say too much
error-password-personal = This is mostly your name, address or company. Please add words that nobody would guess.

## Passkeys
passkeys = Passkeys
passkeys-lead = Sign in with your fingerprint, face or screen lock instead of a password.
passkeys-none = You have no passkey yet.
passkey-name = Name of the passkey
passkey-name-hint = So that you can tell it from others, such as “Work laptop”.
passkey-add = Add a passkey
passkey-added = Added { $time }
passkey-used = Last used { $time }
passkey-unused = Never used
passkey-remove = Remove
passkey-remove-of = Remove the passkey { $name }
passkey-failed = That did not work. Please try again.
passkey-known = This device has a passkey for you already.
passkey-again = To add a passkey, please sign in again first: it has been a while.
passkey-no-script = To add a passkey, allow this page to run scripts.
passkey-no-device = This browser can't use passkeys here.
passkeys-need-name = Passkeys need a host name, and this page is reached by an IP address. Everything else works.
passkey-sign-in = Sign in with a passkey
passkey-refused = This passkey can't be used here. Please use your password.

## Proving an address, and forgotten passwords
check-mail = Check your mail
check-mail-sign-up = We have sent you a mail. Open the link in it and choose a password, and your company begins; the link is good for 24 hours.
check-mail-forgot = If this address has an account, a mail is on its way to it. The link in it is good for 30 minutes.
check-mail-late = Nothing there after a few minutes? Look into your spam folder, or
check-mail-again = try again.
check-mail-dev = This is a development system: mails are not sent, they are shown here.
verify = Choose a password
verify-title = Begin with { $company }
verify-lead = Choose a password, and you are its first admin.
verify-stranger = If you have not signed up, just close this page: nothing happens then.
verify-do = Begin
forgot = Forgot your password?
forgot-lead = Give your e-mail address, and we send you a link to choose a new password.
forgot-do = Send the link
reset = Choose a new password
reset-lead = You will be signed out everywhere.
reset-do = Change the password
new-password = New password
password-changed = Your password is changed
password-changed-text = You can sign in with the new one now. Everywhere else, you were signed out, and your passkeys were removed: add them again when you have signed in.
invitation-sent = The invitation is on its way to { $email }. It can be accepted for 7 days.
failure-verify-title = This link is no longer good
failure-verify-text = It was used, replaced by a newer one, or is older than 24 hours. If you can't sign in, please sign up again.
failure-reset-title = This link is no longer good
failure-reset-text = It was used, replaced by a newer one, or is older than 30 minutes. Please ask for another.
failure-taken-title = Someone was faster
failure-taken-text = The short name or the address has been taken since. Please sign in, or sign up again with another short name.
mailbox = Mailbox
mailbox-lead = Mails of this development system, newest first. They are not sent.
mailbox-empty = No mail yet.

## Mails
mail-verify-subject = Confirm your address
mail-verify-text =
    Somebody, hopefully you, has signed up with this address.

    Open this page within 24 hours, and choose a password there, to begin:
    { $url }

    If it was not you, do nothing: without a password, nothing happens.
mail-taken-subject = You have an account already
mail-taken-text =
    Somebody, hopefully you, has signed up with this address. It has an account already, so nothing was made.

    To sign in:
    { $sign_in_url }

    If you forgot your password:
    { $forgot_url }

    If it was not you, there is nothing to do.
mail-invitation-subject = { $company } invites you
mail-invitation-text =
    An admin of { $company } invites you to join.

    Choose a name and a password here, within 7 days:
    { $url }

    If you don't know who that is, do nothing.
mail-reset-subject = Choose a new password
mail-reset-text =
    Somebody, hopefully you, asked for a new password for this address.

    Choose it here, within 30 minutes:
    { $url }

    If it was not you, do nothing: your password stays as it is.
mail-password-subject = Your password was changed
mail-password-text =
    Your password was changed at { $time }, and you were signed out everywhere. Passkeys were removed, too.

    If it was not you, take your account back here, and tell an admin of your company:
    { $forgot_url }
mail-device-subject = Sign-in from a new device
mail-device-text =
    Somebody signed in to your account from a device that is new, or that you have not used for a while: { $device }, at { $time }.

    If that was you, there is nothing to do. If not, choose a new password, which ends all sessions:
    { $forgot_url }

    Where you are signed in:
    { $sessions_url }

## Passkeys that come, go and are renamed
passkey-rename = Rename
passkey-rename-of = Rename the passkey { $name }
passkey-new-name = New name
mail-passkey-added-subject = A passkey was added
mail-passkey-added-text =
    A passkey was added to your account on { $device }, at { $time }. Whoever has it can sign in as you.

    If that was you, there is nothing to do. If not, choose a new password, which removes all passkeys and ends all sessions:
    { $forgot_url }

    Your passkeys:
    { $account_url }
mail-passkey-removed-subject = A passkey was removed
mail-passkey-removed-text =
    A passkey was removed from your account on { $device }, at { $time }. Nobody can sign in with it any more.

    If that was you, there is nothing to do. If not, choose a new password, which ends all sessions:
    { $forgot_url }

    Your passkeys:
    { $account_url }

## Invitations that are withdrawn
invitation-withdraw = Withdraw
invitation-withdraw-of = Withdraw the invitation of { $email }

## Programs that an admin registers
clients = Company programs
clients-lead = Programs that people of { $company } can sign in to with their accounts.
clients-none = No program is registered yet.
client-public = Public
client-confidential = Confidential
client-registered-at = Registered { $time }
client-register = Register a program
client-name = Name
client-name-hint = People see it when they are asked to allow access.
client-kind = Kind
client-kind-public = Native program (public)
client-kind-confidential = Web server (confidential)
client-kind-hint = A web server gets a secret. A program on people’s own devices can’t keep one, so it gets none.
client-redirect-uris = Redirect URIs
client-redirect-uris-hint = Where people return to after signing in, one a line: https, or http on 127.0.0.1, [::1] or localhost.
client-register-do = Register
client-registered = { $client } is registered
client-secret-once = Please keep the secret in a safe place now. It is not shown again.
client-issuer = An OpenID Connect library finds everything else by the address of the issuer.
client-remove = Remove
client-remove-of = Remove { $client }
client-remove-title = Remove { $client }?
client-remove-text = Nobody can sign in to it with their account any more, and what people allowed it is forgotten. This can’t be undone.
client-keep = Keep
error-too-many = Please give 20 at most.
error-redirect-uri = Please use https, or http on 127.0.0.1, [::1] or localhost, without a user name, “#” or “*”. Not accepted: { $addresses }
