using System.Text.Encodings.Web;
using System.Text.Json;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Prints progress and results of benchmarks.</summary>
internal static class BenchmarkOutput
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes to stderr what is being measured.</summary>
    public static void WriteProgress(string subject) => Terminal.Error.WriteLine($"measuring {subject}…");

    public static void WriteJson<T>(T figures) => Terminal.Out.WriteLine(JsonSerializer.Serialize(figures, Json));
}
