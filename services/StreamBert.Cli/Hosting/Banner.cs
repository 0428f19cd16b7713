namespace StreamBert.Cli.Hosting;

/// <summary>What a person needs to know once everything runs.</summary>
internal static class Banner
{
    public static async Task WriteAsync(TextWriter to, UpOptions options, IEnumerable<string> addresses, string source)
    {
        var address = addresses.First();
        string[] lines =
        [
            "", "  StreamBert is ready", "",
            $"  Dashboard   {address}",
            $"  API         {address}/docs",
            $"  Data        {options.Data}",
            $"  Feeding     {source}",
            "  Stop        Ctrl-C (what is in hand is finished; start again and it goes on)", "",
        ];
        foreach (var line in lines)
            await to.WriteLineAsync(line);
    }
}
