using System.IO.Compression;
using StreamBert.Contracts;
using StreamBert.Monitoring.Worker;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Monitoring;
namespace StreamBert.Tests.Fuzzing;
public sealed class TempTests
{
    [Fact]
    public void State()
    {
        using var session = new MonitorSession(new(DefaultPipelines.All), new(), new());
        var n = 0;
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(400).Take(1500))
        {
            session.Take(new(1, [new LogRecord(new(Topics.Predictions, 0, n++), null, Wire.Serialize(text), Wire.HeadersFor<TextClassified>(), arrivesAt)]), arrivesAt, (_, f) => throw new Exception(f));
            session.Tick(arrivesAt);
        }
        var state = session.Pending(DateTimeOffset.UtcNow)[^1].Value!;
        using var zip = new GZipStream(new MemoryStream(state), CompressionMode.Decompress);
        using var file = File.Create("/tmp/state.json");
        zip.CopyTo(file);
    }
}
