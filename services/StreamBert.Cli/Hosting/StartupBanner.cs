using StreamBert.Alerting.Receivers;
using StreamBert.Cli.Settings;

namespace StreamBert.Cli.Hosting;

/// <summary>Prints the addresses and the data directory when all services are ready.</summary>
internal static class StartupBanner
{
    public static async Task WriteAsync(TextWriter output, UpOptions options, IEnumerable<string> addresses, string input,
        IEnumerable<ReceiverOptions> receivers)
    {
        var address = addresses.First();
        string[] lines =
        [
            "", "  StreamBert is ready", "",
            $"  Dashboard   {address}",
            $"  API         {address}/docs",
            $"  Data        {options.Data}",
            $"  Input       {input}",
            $"  Alerts      {Describe(receivers)}",
            "  Stop        Ctrl-C (texts in flight are completed; the next start resumes)", "",
        ];
        foreach (var line in lines)
            await output.WriteLineAsync(line);
    }

    private static string Describe(IEnumerable<ReceiverOptions> receivers) =>
        string.Join(", ", receivers.Select(static receiver => $"{receiver.Name} ({receiver.Type})")) is { Length: > 0 } names ? names
            : $"on the dashboard only; this adds a receiver: {ReceiverExample.Line}";
}
