namespace StreamBert.Gateway.Security.Authentication;

/// <summary>Configures an identity provider (OpenID Connect). Bound from the section <c>Gateway:Oidc</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>
    /// The issuer, whose <c>/.well-known/openid-configuration</c> is read; default none. <c>http</c> is accepted on this machine only.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>The required audience (<c>aud</c>) of tokens; default <see cref="ClientId"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim with the roles, as a list or separated by spaces; default <c>roles</c>. Unknown roles are ignored.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>
    /// The claim with the name of the person; default <c>preferred_username</c>. Without it the <c>sub</c> of the token is used.
    /// </summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>
    /// The client id with which people sign in to the dashboard (code flow with PKCE); default none, so that only bearer tokens are
    /// accepted.
    /// </summary>
    public string? ClientId { get; set; }

    /// <summary>The secret of a confidential client; default none. Set it in the environment or in a mounted file.</summary>
    public string? ClientSecret { get; set; }

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Authority);
    internal bool SignsPeopleIn => IsConfigured && !string.IsNullOrWhiteSpace(ClientId);
}
