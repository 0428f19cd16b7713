using System.Text;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Checks that every accepted request is a valid text for the workers, and that every other one is refused with the name of the field.
/// </summary>
public sealed class OversizedFieldsTests : IDisposable
{
    private static readonly FieldLimits Limits = new()
    {
        RecordBytes = 64 * 1024,
        Attributes = 20,
        AttributeValueBytes = 4_000,
        IdBytes = 256,
        SourceBytes = 300,
        SubjectBytes = 200
    };
    private static readonly PipelineCatalog Pipelines = new(
        [
            DefaultPipelines.FinancialNews with { MaxTextBytes = 5_000 },
            DefaultPipelines.SupportChat with { MaxTextBytes = 5_000 },
            DefaultPipelines.SupportChat with { Name = "sealed", MaxTextBytes = 5_000, Privacy = new() {
                Redact = ["email"],
                PerSubjectKeys = true,
                ModelInput = PrivacyOptions.Original } },
        ], Limits);

    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-abuse-").FullName;
    private readonly List<NewRecord> _written = [];
    private readonly SubjectVault _vault;
    private readonly TextAppender _appender;

    public OversizedFieldsTests()
    {
        _vault = new(TestKeys.In(_directory));
        _appender = new(
            Stub.Of<IEventLog>((nameof(IEventLog.AppendAsync), arguments => Capture((IReadOnlyList<NewRecord>)arguments[0]!))),
            Pipelines,
            new(Pipelines, TestKeys.None),
            _vault,
            TimeProvider.System);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_accepted_request_is_a_valid_text_for_the_workers()
    {
        var random = new Random(10);
        var (accepted, refused) = (0, 0);
        for (var round = 0; round < 600; round++)
        {
            var request = CreateRequest(random);
            _written.Clear();
            try
            {
                await _appender.AppendAsync([request], null, Cancellation);
                accepted++;
            }
            catch (Exception e) when (e is InvalidRequestException or TextTooLargeException)
            {
                refused++;
                Assert.Empty(_written);
                continue;
            }
            var record = Assert.Single(_written);
            var opened = _vault.Open(new LogRecord(new(record.Topic, 0, 0), record.Key, record.Value, record.Headers, record.Timestamp));
            var (text, rejection) = RecordParser.Parse(opened.Record, Pipelines.ForTopic(record.Topic)!, Limits);
            Assert.True(rejection is null, $"Round {round}: accepted, and then {rejection}");
            Assert.NotNull(text);
        }
        Assert.True(accepted > 100 && refused > 100, $"{accepted} were accepted and {refused} refused.");
    }

    [Theory]
    [InlineData("id", "id")]
    [InlineData("source", "source")]
    [InlineData("subject", "subject")]
    [InlineData("language", "language")]
    [InlineData("value", "attributes.region")]
    [InlineData("name", "attributes.nnnnnnnn")]
    [InlineData("count", "attributes")]
    public async Task A_field_that_is_too_large_is_refused_by_its_name_with_its_size_the_limit_and_the_setting(string which, string named)
    {
        var large = new string('x', 1_000_000);
        var request = new TextRequest
        {
            Text = "Oil falls",
            Id = which == "id" ? large : null,
            Source = which == "source" ? large : null,
            Subject = which == "subject" ? large : null,
            Language = which == "language" ? large : null,
            Attributes = which switch
            {
                "value" => new() { ["region"] = large },
                "name" => new() { [new string('n', 1_000_000)] = "eu" },
                "count" => Enumerable.Range(0, 100_000).ToDictionary(static number => $"{number}", static _ => "v"),
                _ => null,
            },
        };

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => _appender.AppendAsync([request], null, Cancellation));

        var (field, error) = Assert.Single(refused.Errors);
        Assert.StartsWith($"[0].{named}", field, StringComparison.Ordinal);
        Assert.Contains(which == "count" ? "100,000" : "1,000,000", error, StringComparison.Ordinal);
        Assert.Contains("(Limits:", error, StringComparison.Ordinal);
        Assert.True(error.Length < 300, error);
        Assert.Empty(_written);
    }

    [Fact]
    public async Task A_text_that_redaction_makes_too_long_is_refused()
    {
        var text = string.Concat(Enumerable.Repeat("a@b.co ", 714)); // 4,998 bytes; each address becomes the longer [EMAIL]

        var refused = await Assert.ThrowsAsync<TextTooLargeException>(
            () => _appender.AppendAsync([new() { Text = text, Pipeline = "support-chat" }], null, Cancellation));

        Assert.Contains("MaxTextBytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_too_large_because_of_escapes_is_refused_with_its_size()
    {
        // Each character is escaped as six bytes.
        var attributes = Enumerable.Range(0, 12).ToDictionary(static number => $"a{number}", static _ => new string('\u0001', 3_000));

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _appender.AppendAsync([new() { Text = "Oil", Attributes = attributes }], null, Cancellation));

        Assert.Contains("Limits:RecordBytes", Assert.Single(refused.Errors).Value, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<RecordPosition>> Capture(IReadOnlyList<NewRecord> records)
    {
        _written.AddRange(records);
        return Task.FromResult<IReadOnlyList<RecordPosition>>([.. records.Select(static record => new RecordPosition(record.Topic, 0, 0))]);
    }

    /// <summary>Generates requests that are mostly within the limits and sometimes at or beyond one of them.</summary>
    private static TextRequest CreateRequest(Random random) => new()
    {
        Pipeline = Pipelines.All[random.Next(3)].Name,
        Id = random.Next(3) == 0 ? null : "i" + Value(random, Limits.IdBytes),
        Text = Value(random, 5_000),
        Source = random.Next(2) == 0 ? null : Value(random, Limits.SourceBytes),
        Subject = random.Next(2) == 0 ? null : Value(random, Limits.SubjectBytes),
        Language = random.Next(2) == 0 ? null : Value(random, Limits.LanguageBytes),
        OccurredAt = random.Next(4) switch
        {
            0 => null,
            1 => DateTimeOffset
            .UnixEpoch,
            2 => new(1583, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)),
            _ => new(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(-14))
        },
        Attributes = Enumerable.Range(0, random.Next(random.Next(10) == 0 ? 30 : 4))
            .Select(
                number => KeyValuePair.Create($"{number}{Value(random, 60)}", Value(random, Limits.AttributeValueBytes))).ToDictionary(),
    };

    private static string Value(Random random, int bytes)
    {
        var wanted = random.Next(12) switch { 0 => bytes + random.Next(-3, 4), 1 => bytes * 2 / 3, _ => random.Next(40) };
        var text = new StringBuilder();
        var piece = Pieces[random.Next(Pieces.Length)];
        while (Encoding.UTF8.GetByteCount(text.ToString()) is var now && now < wanted)
            text.Append(piece[..Math.Min(piece.Length, Math.Max(1, wanted - now))]);
        return text.ToString();
    }

    private static readonly string[] Pieces
        = ["word ", "\u0001\u0002", "\"\\/", "écü", "日本語", "a@b.co ", "\u2028\u2029", "\0", "{}[]", "127.0.0.1 ", "%41 &lt;"];
}
