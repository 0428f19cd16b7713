namespace StreamBert.Cli.Hosting;

/// <summary>Prints the addresses and the data directory when all services are ready.</summary>
internal static class StartupBanner
{
    public static async Task WriteAsync(TextWriter output, UpOptions options, IEnumerable<string> addresses, string input)
    {
        var address = addresses.First();
        string[] lines =
        [
            "", "  StreamBert is ready", "",
            $"  Dashboard   {address}",
            $"  API         {address}/docs",
            $"  Data        {options.Data}",
            $"  Input       {input}",
            "  Stop        Ctrl-C (texts in flight are completed; the next start resumes)", "",
        ];
        foreach (var line in lines)
            await output.WriteLineAsync(line);
    }
}
