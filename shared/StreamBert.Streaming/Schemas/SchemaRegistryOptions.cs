using Confluent.SchemaRegistry;

namespace StreamBert.Streaming.Schemas;

/// <summary>
/// Configures the schema registry of producers of Avro or Protobuf. Bound from the section <c>SchemaRegistry</c>; pass secrets by
/// environment variables or files.
/// </summary>
public sealed class SchemaRegistryOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "SchemaRegistry";

    /// <summary>
    /// The URL of the registry, or of several instances separated by commas. Default: null; such values then become dead letters.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>The user name for basic authentication. Default: null.</summary>
    public string? Username { get; set; }

    /// <summary>The password for basic authentication. Default: null.</summary>
    public string? Password { get; set; }

    /// <summary>A bearer token, instead of user name and password. Default: null.</summary>
    public string? Token { get; set; }

    /// <summary>
    /// A PEM file with the certificates of the authority that signs the registry's certificate, if the system does not trust it. Default:
    /// null.
    /// </summary>
    public string? CaCertificate { get; set; }

    /// <summary>The timeout of a request, after which it is retried. Default: 10 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Returns the fault of the settings as a sentence that names the setting, or null.</summary>
    internal string? Validate() => Url switch
    {
        null when Username is not null || Password is not null
            || Token is not null => $"{Section}:Url is missing, but credentials are set.",
        null => null,
        _ when Url.Split(',').Any(static url => !IsValidUrl(url.Trim())) =>
            $"{Section}:Url must be an http or https address without user and password; set "
            + $"{Section}:Username and {Section}:Password.",
        _ when Username is null != Password is null => $"{Section}:Username and {Section}:Password belong together; set both or none.",
        _ when Token is not null && Username is not null => $"{Section}:Token and {Section}:Username exclude each other.",
        _ when CaCertificate is not null
            && !File.Exists(CaCertificate) => $"{Section}:CaCertificate is '{CaCertificate}', and there is no such file.",
        _ when RequestTimeout <= TimeSpan.Zero => $"{Section}:RequestTimeout must be positive.",
        _ => null,
    };

    internal CachedSchemaRegistryClient CreateClient()
    {
        // The decoder retries without limit and reports it. (Without any retry the client fails on a null reference of its own.)
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
            // The client requires both names, which only Confluent's cloud uses.
            (config.BearerAuthCredentialsSource, config.BearerAuthToken) = (BearerAuthCredentialsSource.StaticToken, Token);
            (config.BearerAuthLogicalCluster, config.BearerAuthIdentityPoolId) = ("none", "none");
        }
        return new(config);
    }

    private static bool IsValidUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;
}
