namespace StreamBert.Cli.Settings;

/// <summary>How commands reach a running Gateway if their options do not say so.</summary>
internal sealed class ClientOptions
{
    public const string Section = "Client";

    /// <summary>The address of the Gateway.</summary>
    public string? Url { get; set; }

    /// <summary>The file that contains the API key.</summary>
    public string? ApiKeyFile { get; set; }
}
