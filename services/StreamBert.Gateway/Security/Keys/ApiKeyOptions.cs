using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>
/// Configures an API key. <see cref="KeyHash"/> may be in any file; set <see cref="Key"/> in the environment or in a mounted file.
/// </summary>
public sealed class ApiKeyOptions
{
    /// <summary>The name of the client; the audit log shows <c>key:NAME</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The roles, at least one of <see cref="Identity.Roles.All"/>.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>The SHA-256 hash of the key in hexadecimal digits, as <c>streambert keys new</c> prints it.</summary>
    public string? KeyHash { get; set; }

    /// <summary>The key itself, instead of its hash.</summary>
    public string? Key { get; set; }
}
