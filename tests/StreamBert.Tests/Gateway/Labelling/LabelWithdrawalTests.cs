using StreamBert.Contracts;
using StreamBert.Gateway.Labelling;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming;
using static StreamBert.Tests.Gateway.Labelling.LabellingPredictions;

namespace StreamBert.Tests.Gateway.Labelling;

public sealed class LabelWithdrawalTests : IDisposable
{
    private static readonly PipelineOptions Pipeline =
        new() { Name = "p", Heads = ["quality"], Privacy = new() { PerSubjectKeys = true } };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-withdrawal-");
    private readonly SubjectKeys _keys;
    private readonly List<LogRecord> _records = [];

    public LabelWithdrawalTests() => _keys = TestKeys.In(_folder.FullName);

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_withdrawal_of_a_sealed_label_can_be_read_after_an_erasure()
    {
        var (log, vault, pipelines) = (CreateLog(), new SubjectVault(_keys), new PipelineCatalog([Pipeline]));
        var label = new FeedbackReceived
        {
            Id = "a",
            Pipeline = "p",
            Head = "quality",
            Label = "good",
            Annotator = "anna",
            Subject = "carl",
            OccurredAt = Noon,
        };
        await log.AppendAsync(
            vault.Seal([(Pipeline, "carl", EventRecord.Create(Topics.Feedback, "a", label, Noon))]), TestContext.Current.CancellationToken);
        using var index = new AnnotationIndex(log, vault);
        var withdrawal = new LabelWithdrawal(log, index, pipelines, new(pipelines, _keys), TimeProvider.System);

        var heads = await withdrawal.WithdrawAsync("a", null, null, null, new("anna", false), TestContext.Current.CancellationToken);
        _keys.Erase("carl", Noon);

        Assert.Equal(["quality"], heads);
        Assert.Equal([SealState.Erased, SealState.Readable], vault.Open(_records).Select(static opened => opened.State));
        var stored = Wire.Deserialize<FeedbackWithdrawn>(_records[1].Value);
        Assert.Equal(("a", "p", "quality", "anna", null), (stored.Id, stored.Pipeline, stored.Head, stored.Annotator, stored.Subject));
    }

    private IEventLog CreateLog() => Stub.Of<IEventLog>(
        ("ReadToEndAsync", _ => _records.ToAsyncEnumerable()),
        ("AppendAsync", arguments =>
        {
            _records.AddRange(((IReadOnlyList<NewRecord>)arguments[0]!).Select(record => new LogRecord(
                new(Topics.Feedback, 0, _records.Count), record.Key, record.Value, record.Headers, record.Timestamp)));
            return Task.FromResult<IReadOnlyList<RecordPosition>>([]);
        }
    ));
}
