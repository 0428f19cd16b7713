using System.Text.Json;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Access;

/// <summary>Reads a response of one JSON object per line, whose last line may report a failure.</summary>
internal static class JsonLines
{
    private const int MaxExcerpt = 40;

    /// <returns>The next line, or null at the end.</returns>
    /// <exception cref="IncompleteResponseException">The connection was closed early.</exception>
    public static async Task<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new IncompleteResponseException($"the connection was closed early ({e.Message})", e);
        }
    }

    /// <exception cref="IncompleteResponseException">The line reports a failure of the server, or is truncated.</exception>
    public static T Parse<T>(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (!json.RootElement.TryGetProperty("failure", out var failure))
                return json.Deserialize<T>(JsonSerializerOptions.Web)!;
            throw new IncompleteResponseException(failure.TryGetProperty("detail", out var detail) ? $"{detail}" : "no reason was given");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var excerpt = line.Length > MaxExcerpt ? $"{line[..MaxExcerpt]}…" : line;
            throw new IncompleteResponseException($"the response contains '{excerpt}', which is not a valid line", e);
        }
    }
}
