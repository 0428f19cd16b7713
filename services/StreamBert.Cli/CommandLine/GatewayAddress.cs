using StreamBert.Gateway;

namespace StreamBert.Cli.CommandLine;

/// <summary>Where a Gateway with the same settings is to be reached from this machine.</summary>
internal static class GatewayAddress
{
    public static string Of(IConfiguration settings)
    {
        var first = GatewayHosting.UrlsOf(settings).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[0];
        // What listens on every network listens on this machine, too.
        foreach (var (every, local) in new[] {
            ("://*", "://127.0.0.1"),
            ("://+", "://127.0.0.1"),
            ("://0.0.0.0", "://127.0.0.1"),
            ("://[::]", "://[::1]") })
        {
            first = first.Replace(every, local, StringComparison.Ordinal);
        }

        return first;
    }
}
