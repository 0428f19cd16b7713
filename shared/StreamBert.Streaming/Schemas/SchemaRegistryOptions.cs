using Confluent.SchemaRegistry;
using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.Schemas;

/// <summary>
/// The schema registry of the producers whose values are Avro or Protobuf. Bound from the section <c>SchemaRegistry</c>; secrets come from
/// the environment or from files.
/// </summary>
public sealed class SchemaRegistryOptions
{
    public const string Section = "SchemaRegistry";

    /// <summary>Of the registry, or of several instances with commas between them; without it such values become dead letters.</summary>
    public string? Url { get; set; }

    public string? Username { get; set; }
    public string? Password { get; set; }

    /// <summary>A bearer token, in place of user and password.</summary>
    public string? Token { get; set; }

    /// <summary>A file with the certificates (PEM) of the authority that signs the registry's, where the system does not know it.</summary>
    public string? CaCertificate { get; set; }

    /// <summary>After which a question to the registry is given up and asked again.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong, as a sentence that names the setting; null if nothing is.</summary>
    internal string? Fault() => Url switch
    {
        null when Username is not null || Password is not null
            || Token is not null => $"{Section}:Url is missing, but credentials are set.",
        null => null,
        _ when Url.Split(',').Any(static url => !IsPlain(url.Trim())) =>
            $"{Section}:Url must be an http or https address without user and password, which belong into {Section}:Username and {Section}:Password.",
        _ when Username is null != Password is null => $"{Section}:Username and {Section}:Password belong together; set both or none.",
        _ when Token is not null && Username is not null => $"{Section}:Token and {Section}:Username exclude each other.",
        _ when CaCertificate is not null
            && !File.Exists(CaCertificate) => $"{Section}:CaCertificate is '{CaCertificate}', and there is no such file.",
        _ when RequestTimeout <= TimeSpan.Zero => $"{Section}:RequestTimeout must be positive.",
        _ => null,
    };

    internal CachedSchemaRegistryClient CreateClient()
    {
        // Whoever asks tries again by itself, for as long as it takes, and says so. (Without any retry the client fails on a null reference
        // of its own.)
        var config = new SchemaRegistryConfig
        {
            Url = Url,
            MaxRetries = 1,
            RetriesWaitMs = 1,
            RequestTimeoutMs = (int)RequestTimeout.TotalMilliseconds,
            SslCaLocation = CaCertificate,
        };
        if (Username is not null)
            (config.BasicAuthCredentialsSource, config.BasicAuthUserInfo) = (AuthCredentialsSource.UserInfo, $"{Username}:{Password}");
        if (Token is not null)
        {
            // The client asks for both names, which only Confluent's cloud uses.
            (config.BearerAuthCredentialsSource, config.BearerAuthToken) = (BearerAuthCredentialsSource.StaticToken, Token);
            (config.BearerAuthLogicalCluster, config.BearerAuthIdentityPoolId) = ("none", "none");
        }
        return new(config);
    }

    private static bool IsPlain(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;
}

/// <summary>Refuses a wrong section when a service starts.</summary>
internal sealed class SchemaRegistryValidation : IValidateOptions<SchemaRegistryOptions>
{
    public ValidateOptionsResult Validate(string? name, SchemaRegistryOptions options) =>
        options.Fault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}
