using Microsoft.Extensions.Options;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// Configures where the keys of the subjects are. Bound from the section <c>Privacy </c>; every service that seals or opens texts needs the
/// same.
/// </summary>
public sealed class SubjectKeyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Privacy";

    /// <summary>
    /// The directory of <c>keys.db </c>. Keep it out of the backups of the log: restoring both restores what was erased. Default:
    /// <c>~/.streambert/keys </c>.
    /// </summary>
    public string Directory { get; set; }
        = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "keys");

    /// <summary>
    /// 256 bits in base64 that encrypt the subjects' keys. It cannot be changed later. Default: null, the keys are not encrypted.
    /// </summary>
    public string? MasterKey { get; set; }
}

internal sealed class SubjectKeyOptionsValidator : IValidateOptions<SubjectKeyOptions>
{
    private const int KeyBytes = 32;

    public ValidateOptionsResult Validate(string? name, SubjectKeyOptions options)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        if (string.IsNullOrWhiteSpace(options.Directory))
            return ValidateOptionsResult.Fail("Privacy:Directory is empty; name the directory that holds the subjects' keys.");
        return options.MasterKey is { } master && !(Convert.TryFromBase64String(master, key, out var written) && written == KeyBytes)
            ? ValidateOptionsResult.Fail("Privacy:MasterKey is not 32 bytes in base64; make one with: openssl rand -base64 32")
            : ValidateOptionsResult.Success;
    }
}
