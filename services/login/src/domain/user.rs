//! People, and what they may do.

use chassis::{auth::Role, problem::FieldError};

/// The role's name in tokens, contracts of the API, and the store.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
    }
}

/// Reads a role by its name.
///
/// # Errors
/// When there is none of that name.
pub fn role(field: &str, text: &str) -> Result<Role, FieldError> {
    match text {
        "member" => Ok(Role::Member),
        "admin" => Ok(Role::Admin),
        _ => Err(FieldError::new(field, "invalid_role", "must be member or admin")),
    }
}

/// The roles of these names; what an older release does not know is left out.
pub fn roles(names: &[String]) -> Vec<Role> {
    names.iter().filter_map(|name| role("roles", name).ok()).collect()
}

/// Whoever may do more may do what is less.
pub fn roles_of(role: Role) -> Vec<Role> {
    match role {
        Role::Member => vec![Role::Member],
        Role::Admin => vec![Role::Member, Role::Admin],
    }
}
