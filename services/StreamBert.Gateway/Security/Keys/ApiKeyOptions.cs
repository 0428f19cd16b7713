using System.ComponentModel.DataAnnotations;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Security.Keys;

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
