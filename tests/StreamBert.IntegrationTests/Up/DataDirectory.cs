using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

/// <summary>A temporary directory with the data of <c>up</c> and other files. Its log can be opened while no process uses it.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("streambert-up-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Returns arguments with which <c>up</c> uses this directory and a free port.</summary>
    public string[] UpArguments(params string[] more) => ["up", "--data", DataPath, "--port", "0", .. more];

    public string DataPath => System.IO.Path.Combine(Path, "data");

    public EmbeddedEventLog OpenLog() => EmbeddedEventLog.Open(
        new() { Directory = System.IO.Path.Combine(DataPath, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);

    public async Task<List<T>> ReadEventsAsync<T>(string topic) =>
        [.. (await ReadRecordsAsync(topic)).Select(static record => Wire.Deserialize<T>(record.Value))];

    public async Task<List<LogRecord>> ReadRecordsAsync(string topic)
    {
        await using var log = OpenLog();
        return await log.ReadToEndAsync(topic, null, Cancellation).ToListAsync(Cancellation);
    }

    /// <summary>Writes a CSV file with the columns <c>text</c> and <c>region</c>.</summary>
    public string WriteCsv(int rows) => WriteFile("texts.csv", "text,region\n" + string.Concat(Enumerable.Range(1, rows)
        .Select(static row => $"Shares of company number {row} rise after strong earnings,{(row % 2 == 0 ? "north" : "south")}\n")));

    public string WriteFile(string name, string content) => WriteFile(name, Encoding.UTF8.GetBytes(content));

    public string WriteFile(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
