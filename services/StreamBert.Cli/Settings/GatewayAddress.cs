using StreamBert.Gateway;

namespace StreamBert.Cli.Settings;

/// <summary>Derives the address at which this machine reaches the Gateway from the Gateway's own settings.</summary>
internal static class GatewayAddress
{
    private static readonly (string Wildcard, string Loopback)[] Wildcards =
    [
        ("://*", "://127.0.0.1"), ("://+", "://127.0.0.1"), ("://0.0.0.0", "://127.0.0.1"), ("://[::]", "://[::1]"),
    ];

    public static string Get(IConfiguration settings)
    {
        var urls = GatewayHosting.UrlsOf(settings).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A Gateway that listens on all interfaces also listens on the loopback interface.
        return Wildcards.Aggregate(
            urls[0], static (url, address) => url.Replace(address.Wildcard, address.Loopback, StringComparison.Ordinal));
    }
}
