//! People, and what they may do.

use chassis::{
    auth::Role,
    id::{TenantId, UserId},
    problem::FieldError,
};
use chrono::{DateTime, Utc};

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

/// Reads the roles of a person: the highest of them holds the others.
///
/// # Errors
/// When there is none, or one is unknown.
pub fn highest(field: &str, names: &[String]) -> Result<Role, FieldError> {
    let roles = names.iter().map(|name| role(field, name)).collect::<Result<Vec<_>, _>>()?;
    if roles.contains(&Role::Admin) {
        return Ok(Role::Admin);
    }
    roles.first().copied().ok_or_else(|| FieldError::new(field, "required", "must name at least one role"))
}

/// Reads whether a person may sign in.
///
/// # Errors
/// When it is neither `active` nor `suspended`.
pub fn is_active(field: &str, text: &str) -> Result<bool, FieldError> {
    match text {
        "active" => Ok(true),
        "suspended" => Ok(false),
        _ => Err(FieldError::new(field, "invalid_status", "must be active or suspended")),
    }
}

/// The names of a role and of those it holds, as they are stored.
pub fn names_of(role: Role) -> Vec<String> {
    roles_of(role).into_iter().map(|role| role_name(role).to_owned()).collect()
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

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The person's id.
    pub user_id: UserId,
    /// The tenant the person belongs to.
    pub tenant_id: TenantId,
    /// Address, in lower case.
    pub email: String,
    /// What to call the person.
    pub display_name: String,
    /// The person's language.
    pub locale: String,
    /// Names of what the person may do.
    pub roles: Vec<String>,
    /// `active` or `suspended`.
    pub status: String,
    /// Counts its changes from 1.
    pub version: i64,
    /// When the person joined.
    pub created_at: DateTime<Utc>,
    /// When the person last changed.
    pub changed_at: DateTime<Utc>,
}

impl User {
    /// Whether the person may sign in.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// Whether the person may do what admins may.
    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}
