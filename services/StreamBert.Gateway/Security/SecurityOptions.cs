using System.ComponentModel.DataAnnotations;

namespace StreamBert.Gateway.Security;

/// <summary>
/// One API key. <see cref="KeyHash"/> may stand in any file; <see cref="Key"/> belongs into the environment or a mounted file.
/// </summary>
public sealed class ApiKeyOptions
{
    /// <summary>Who uses it; the audit log says <c>key:NAME</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Of <see cref="Security.Roles.All"/>.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>SHA-256 of the key in hexadecimal digits, as <c>streambert keys new</c> prints it.</summary>
    public string? KeyHash { get; set; }

    /// <summary>Instead of the hash: the key itself.</summary>
    public string? Key { get; set; }
}

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

/// <summary>
/// How fast one actor may ask: each key, each signed-in person, each address of nobody known. Bound from the section
/// <c>Gateway:RateLimit</c>.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests a second in the long run.</summary>
    [Range(0.001, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 1_000;

    /// <summary>Requests at once after a pause.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 2_000;
}
