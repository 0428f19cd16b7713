using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

/// <summary>A data directory of <c>up</c>, whose log can be opened when no process holds it.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("streambert-up-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Arguments that make <c>up</c> use it, on a free port.</summary>
    public string[] Up(params string[] more) => ["up", "--data", System.IO.Path.Combine(Path, "data"), "--port", "0", .. more];

    public string Data => System.IO.Path.Combine(Path, "data");

    public EmbeddedEventLog OpenedLog() => EmbeddedEventLog.Open(
        new() { Directory = System.IO.Path.Combine(Data, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);

    public async Task<List<T>> EventsAsync<T>(string topic) =>
        [.. (await RecordsAsync(topic)).Select(static record => Wire.Deserialize<T>(record.Value))];

    public async Task<List<LogRecord>> RecordsAsync(string topic)
    {
        await using var log = OpenedLog();
        return await log.ReadToEndAsync(topic, null, Cancellation).ToListAsync(Cancellation);
    }

    /// <summary>A CSV file with a column <c>text</c>.</summary>
    public string Csv(int rows) => File("texts.csv", "text,region\n" + string.Concat(Enumerable.Range(1, rows)
        .Select(static row => $"Shares of company number {row} rise after strong earnings,{(row % 2 == 0 ? "north" : "south")}\n")));

    public string File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    public string File(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
