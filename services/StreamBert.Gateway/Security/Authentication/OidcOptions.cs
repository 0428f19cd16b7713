using System.ComponentModel.DataAnnotations;

namespace StreamBert.Gateway.Security.Authentication;

/// <summary>An identity provider whose tokens count here. Bound from the section <c>Gateway:Oidc</c>.</summary>
public sealed class OidcOptions
{
    /// <summary>The issuer; its <c>/.well-known/openid-configuration</c> tells the rest. <c>http</c> only on this machine.</summary>
    public string? Authority { get; set; }

    /// <summary>What a token's <c>aud</c> must be; default: <see cref="ClientId"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that holds roles, as a list or parted by spaces; others than those known here are ignored.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>The claim that names the person; a token without it is named by its <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>With it, people sign in to the dashboard there (code flow with PKCE); without, only bearer tokens are taken.</summary>
    public string? ClientId { get; set; }

    /// <summary>For a confidential client. A secret: the environment or a mounted file is the place for it.</summary>
    public string? ClientSecret { get; set; }

    internal bool IsConfigured => !string.IsNullOrWhiteSpace(Authority);
    internal bool SignsPeopleIn => IsConfigured && !string.IsNullOrWhiteSpace(ClientId);
}
