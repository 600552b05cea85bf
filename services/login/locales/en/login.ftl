product-name = login

## Words
email = E-mail
password = Password
password-hint = At least 12 characters. A short sentence is easy to remember.
your-name = Your name
language = Language
role = Role
role-member = Member
role-admin = Admin
to-home = Go to the home page

## Sign-in, sign-up, sign-out
sign-in = Sign in
sign-in-for = Sign in to continue to “{ $client }”.
sign-up = Sign up
sign-up-lead = This creates a space for your company and makes you its first admin. We send you an e-mail with a link, where you choose a password.
sign-out = Sign out
sign-out-title = Sign out?
sign-out-text = You are signed in as { $email }.
stay = Stay signed in
signed-out = You are signed out
signed-out-text = You can close this page now.
no-account = Is your company not signed up yet?
have-account = Do you already have an account?
company-name = Company
company-slug = Short name
company-slug-hint = Used in addresses: 3 to 40 lower-case letters, digits and hyphens.
offer-title = You are signed in
offer-text = You came here from “{ $client }”.
offer-do = Continue to “{ $client }”

## Home
welcome = One account for all products
welcome-text = Sign in once and use all of your company's products.
account = Account
sessions = Your devices
sessions-lead = If you do not recognise a device, end its session.
session-since = Signed in { $time }
session-used = Last used { $time }
this-device = This device
end-session = End
end-session-of = End the session of { $device }

## Invitations
invite = Invite a colleague
invite-do = Invite
invitations-open = Open invitations
invitations-more = Show more invitations
invitation-until = valid until { $until }
invitation = Invitation
invitation-title = “{ $company }” invites you
invitation-lead = Choose a name and a password to join. The company chose its name itself. If you do not know it, please close this page.
join = Join

## Errors
error-bad-credentials = The e-mail address or the password is wrong.
error-throttled = { $minutes ->
    [one] There were too many tries. Please wait 1 minute.
   *[other] There were too many tries. Please wait { $minutes } minutes.
}
error-busy = Many people are signing in right now. Please try again in a moment.
error-required = Please fill in this field.
error-email = This is not a valid e-mail address.
error-name = A name is one line without a web address, an e-mail address or invisible characters.
error-name-reserved = One of our products has this name.
error-email-local = Before the @, an address can have only the letters a to z, digits and signs such as . - _ +.
error-email-taken = This e-mail address already has an account.
error-already-member = This person is already a member.
error-password-short = Please use at least 12 characters.
error-password-common = This password is too common. Please choose another.
error-too-long = This is too long.
error-slug = Please use 3 to 40 lower-case letters, digits and single hyphens.
error-slug-reserved = This short name is reserved.
error-slug-taken = Another company uses this short name.
error-invalid = Please check this field.
failure-again = Try again
failure-client-title = This link is not valid
failure-client-text = The product that sent you here made an invalid request. Please go back and try again.
continue-title = One moment
continue-text = The page changes in a moment. If it does not, use this link.
continue-do = Continue
leave-lead = To return to the app, continue to { $host }. Continue only if you know this address: it is not one of our products.
leave-do = Continue to { $host }
failure-invitation-title = This invitation is no longer valid
failure-invitation-text = It was accepted, replaced by a newer one, or is older than 7 days. Please request a new one.
failure-forbidden-title = You do not have permission
failure-forbidden-text = Please ask an admin of your company.

## Consent
consent = Allow access
consent-title = Allow “{ $client }” to access your account?
consent-lead = An admin of “{ $company }” registered this app and chose its name. It is not one of our own products.
consent-permissions = “{ $client }” requests permission to:
consent-who = You are signed in as { $email }.
consent-host = After your choice you continue to { $host }.
consent-allow = Allow
consent-deny = Don't allow
consent-later = You can withdraw this at any time:
consents = Apps with access
consents-lead = These apps of your company can access your account. If you withdraw access, it ends at once; your company’s own servers may accept it for up to 5 more minutes.
consents-none = You have not allowed any app yet.
consent-since = Allowed { $time }
consent-withdraw = Withdraw
consent-withdraw-of = Withdraw access of “{ $client }”
scope-openid = see your account, your company and your role
scope-profile = see your name and language
scope-email = see your e-mail address
scope-offline-access = keep access while you are away
scope-api = use the products on your behalf, with all of your permissions
scope-resource = use { $resource } on your behalf
select-account = Choose an account
select-account-lead = Choose the account to use with “{ $client }”.
select-account-stay = Continue with this account
select-account-change = Use another account

## Members, profile, account deletion
members = Members
members-used = { $used } of { $most } members
members-more = Show more
suspended = Suspended
suspend = Suspend
suspend-of = Suspend { $name }
reactivate = Reactivate
reactivate-of = Reactivate { $name }
make-admin = Make admin
make-admin-of = Make admin: { $name }
make-member = Remove admin role
make-member-of = Remove admin role of { $name }
member-remove = Remove
member-remove-of = Remove { $name }
member-remove-title = Remove { $name }?
member-remove-text = The account and all data of this person are deleted in all products. This can’t be undone.
member-keep = Cancel
profile = Profile
profile-change = Edit profile
save = Save
erase-account = Delete account
erase-account-title = Delete your account?
erase-account-text = Your account and all of your data are deleted in all products. This can’t be undone.
erase-account-hint = Enter your password to confirm that it is you.
erase-account-do = Delete permanently
keep-account = Cancel
error-wrong-password = The password is wrong.
error-last-admin = Your company needs at least one active admin. Make someone else an admin first.
error-plan-members = Your plan's limit of members is reached.
error-plan-sign-ins = Your company has reached its limit of sign-ins for today. Please try again tomorrow, or contact your admin.

## Password rules
error-password-personal = This password is mostly your name, address or company. Please add words that are hard to guess.

## Passkeys
passkeys = Passkeys
passkeys-lead = Sign in with your fingerprint, face or screen lock instead of a password.
passkeys-none = You have no passkeys yet.
passkey-name = Name of the passkey
passkey-name-hint = A name to distinguish it from your other passkeys, such as “Work laptop”.
passkey-add = Add a passkey
passkey-added = Added { $time }
passkey-used = Last used { $time }
passkey-unused = Never used
passkey-remove = Remove
passkey-remove-of = Remove the passkey { $name }
passkey-failed = This did not work. Please try again.
passkey-known = This device already has a passkey for your account.
passkey-again = Your last sign-in was more than 15 minutes ago. Please sign in again to add a passkey.
passkey-no-script = To add a passkey, please allow scripts on this page.
passkey-no-device = This browser does not support passkeys on this page.
passkeys-need-name = Passkeys do not work on a page with an IP address. Everything else works.
passkey-sign-in = Sign in with a passkey
passkey-refused = This passkey is not accepted. Please use your password.

## E-mail confirmation and password reset
check-mail = Check your e-mail
check-mail-sign-up = We have sent you an e-mail. Open its link and choose a password to finish the sign-up. The link is valid for 24 hours.
check-mail-forgot = If this address has an account, you will get an e-mail soon. Its link is valid for 30 minutes.
check-mail-late = No e-mail after a few minutes? Please check your spam folder, or
check-mail-again = try again.
check-mail-dev = This is a development system. E-mails are not sent but shown here:
verify = Choose a password
verify-title = Start with “{ $company }”
verify-lead = Choose a password to become its first admin.
verify-not-you = If you did not sign up, please close this page. Without a password no account is created.
verify-do = Start
forgot = Forgot your password?
forgot-lead = Enter your e-mail address. We send you a link to choose a new password.
forgot-do = Send the link
reset = Choose a new password
reset-lead = You will be signed out on all devices. Your passkeys, and the open invitations and app secrets that you made in the last 30 days, end too.
reset-do = Change password
new-password = New password
password-changed = Your password was changed
password-changed-text = Please sign in with the new password. All other devices were signed out and your passkeys were removed. You can add passkeys again after signing in. The e-mail about the change lists what else ended.
invitation-sent = The invitation was sent to { $email }. It is valid for 7 days.
failure-verify-title = This link is no longer valid
failure-verify-text = It was used, replaced by a newer one, or is older than 24 hours. If you can't sign in, please sign up again.
failure-reset-title = This link is no longer valid
failure-reset-text = It was used, replaced by a newer one, or is older than 30 minutes. Please request a new one.
failure-taken-title = No longer available
failure-taken-text = The short name or the address is now used by someone else. Please sign in, or sign up again with another short name.
mailbox = Mailbox
mailbox-lead = E-mails of this development system, newest first. They are not sent.
mailbox-empty = No e-mails yet.

## E-mails
mail-verify-subject = Confirm your address
mail-verify-text =
    Someone signed up with this address.

    If it was you, open this page within 24 hours and choose a password:
    { $url }

    If it was not you, you can ignore this e-mail. Without a password no account is created.
mail-taken-subject = You already have an account
mail-taken-text =
    Someone signed up with this address. It already has an account, so no new one was created.

    To sign in:
    { $sign_in_url }

    If you forgot your password:
    { $forgot_url }

    If it was not you, you can ignore this e-mail.
mail-invitation-subject = Invitation to join a company
mail-invitation-text =
    An admin of the company “{ $company }” invites you to join. The company chose this name itself.

    Choose a name and a password here within 7 days:
    { $url }

    If you do not know this company, you can ignore this e-mail.
mail-reset-subject = Choose a new password
mail-reset-text =
    Someone requested a new password for this address.

    If it was you, choose it here within 30 minutes:
    { $url }

    If it was not you, you can ignore this e-mail. Your password stays the same.
mail-password-subject = Your password was changed
mail-password-text =
    Your password was changed at { $time }. You were signed out on all devices, and your passkeys were removed.

    If it was not you, recover your account here and contact an admin of your company:
    { $forgot_url }
mail-password-invitations = These open invitations were made on your devices and were withdrawn:
mail-password-secrets = The secrets of these company apps were made on your devices in the last 30 days and no longer work. An admin can issue new ones:
mail-password-passkeys = These passkeys were removed:
mail-password-joined = These people accepted an invitation that was made on your devices. They are still members. Please check that you invited them:
mail-password-clients = These company apps were registered or changed on your devices in the last 30 days. They are still there, and ask each person for consent again. Please check their addresses:
mail-password-roles = Roles of members, and members who were suspended or removed, stay as they are. Please check the roles of your members.
mail-device-subject = Sign-in from a new device
mail-device-text =
    Someone signed in to your account from a device that is new or was not used for a while: { $device }, at { $time }.

    If it was you, you can ignore this e-mail. If it was not you, choose a new password. This ends all sessions:
    { $forgot_url }

    Your devices:
    { $sessions_url }

## Passkey changes
passkey-rename = Rename
passkey-rename-of = Rename the passkey { $name }
passkey-new-name = New name
mail-passkey-added-subject = A passkey was added
mail-passkey-added-text =
    A passkey was added to your account on { $device }, at { $time }. Anyone who has it can sign in to your account.

    If it was you, you can ignore this e-mail. If it was not you, choose a new password. This removes all passkeys and ends all sessions:
    { $forgot_url }

    Your passkeys:
    { $account_url }
mail-passkey-removed-subject = A passkey was removed
mail-passkey-removed-text =
    A passkey was removed from your account on { $device }, at { $time }. It can no longer be used to sign in.

    If it was you, you can ignore this e-mail. If it was not you, choose a new password. This ends all sessions:
    { $forgot_url }

    Your passkeys:
    { $account_url }

## Withdrawn invitations
invitation-withdraw = Withdraw
invitation-withdraw-of = Withdraw the invitation of { $email }

## Registered apps
clients = Company apps
clients-lead = Apps that members of { $company } can sign in to with their accounts.
clients-none = No app is registered yet.
client-public = Public
client-confidential = Confidential
client-registered-at = Registered { $time }
client-register = Register an app
client-name = Name
client-name-hint = People see this name when they allow access.
client-kind = Type
client-kind-public = Native app (public)
client-kind-confidential = Web server (confidential)
client-kind-hint = A web server gets a secret. An app on people’s own devices can’t protect a secret, so it gets none.
client-redirect-uris = Redirect URIs
client-redirect-uris-hint = Addresses to return to after signing in, one per line: https, or http on 127.0.0.1, [::1] or localhost.
client-register-do = Register
client-registered = “{ $client }” is registered
client-secret-once = Please store the secret in a safe place now. It is not shown again.
client-issuer = Set the issuer in your OpenID Connect library. The library discovers all other settings from the issuer.
client-remove = Remove
client-remove-of = Remove “{ $client }”
client-remove-title = Remove “{ $client }”?
client-remove-text = People can no longer sign in to it with their account, and their consents are deleted. This can’t be undone.
client-keep = Cancel
error-too-many = Please enter at most 20.
error-too-many-clients = Your company has 100 apps. Please remove one that you no longer use.
error-redirect-uri = Please use https, or http on 127.0.0.1, [::1] or localhost, without a user name, “#” or “*”. Not accepted: { $addresses }
