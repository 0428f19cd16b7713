using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Contracts;

public sealed class FieldLimitsTests
{
    private static readonly FieldLimits Limits = new();

    [Fact]
    public void A_limit_counts_bytes_of_utf8()
    {
        var text = Text() with { Language = new string('é', 64) };

        Assert.Null(Limits.Validate(text, new(), 100));
        Assert.Equal(
            "The field 'language' has 130 bytes; 128 are allowed (Limits:LanguageBytes).",
            Limits.Validate(text with { Language = new string('é', 65) }, new(), 100)?.Detail);
    }

    [Fact]
    public void A_fault_names_the_field_as_its_producer_does() =>
        Assert.Equal("The field 'meta.feed' has 2,000 bytes; 1,024 are allowed (Limits:SourceBytes).",
            Limits.Validate(Text() with { Source = new string('s', 2_000) }, new() { Source = "meta.feed" }, 100)?.Detail);

    [Theory]
    [InlineData(nameof(FeedbackWithdrawn.Id), DeadLetterReasons.IdTooLarge)]
    [InlineData(nameof(FeedbackWithdrawn.Pipeline), DeadLetterReasons.PipelineTooLarge)]
    [InlineData(nameof(FeedbackWithdrawn.Head), DeadLetterReasons.HeadTooLarge)]
    [InlineData(nameof(FeedbackWithdrawn.Annotator), DeadLetterReasons.AnnotatorTooLarge)]
    [InlineData(nameof(FeedbackWithdrawn.Subject), DeadLetterReasons.SubjectTooLarge)]
    public void Every_field_of_a_withdrawal_has_a_limit(string field, string code)
    {
        string Large(string name) => name == field ? new('x', 5_000) : "x";
        var withdrawal = new FeedbackWithdrawn
        {
            Id = Large("Id"),
            Pipeline = Large("Pipeline"),
            Head = Large("Head"),
            Annotator = Large("Annotator"),
            Subject = Large("Subject"),
            OccurredAt = DateTimeOffset.UnixEpoch,
        };

        Assert.Equal(code, Limits.Validate(withdrawal)?.Code);
    }

    [Theory]
    [InlineData(nameof(FeedbackReceived.Id), DeadLetterReasons.IdTooLarge)]
    [InlineData(nameof(FeedbackReceived.Head), DeadLetterReasons.HeadTooLarge)]
    [InlineData(nameof(FeedbackReceived.Label), DeadLetterReasons.LabelTooLarge)]
    [InlineData(nameof(FeedbackReceived.Annotator), DeadLetterReasons.AnnotatorTooLarge)]
    [InlineData(nameof(FeedbackReceived.Subject), DeadLetterReasons.SubjectTooLarge)]
    [InlineData(nameof(FeedbackReceived.Text), DeadLetterReasons.TextTooLarge)]
    public void Every_field_of_feedback_has_a_limit(string field, string code)
    {
        string Large(string name) => name == field ? new('x', 5_000) : "x";
        var feedback = new FeedbackReceived
        {
            Id = Large("Id"),
            Pipeline = "news",
            Head = Large("Head"),
            Label = Large("Label"),
            Annotator = Large("Annotator"),
            Subject = Large("Subject"),
            Text = Large("Text"),
            OccurredAt = DateTimeOffset.UnixEpoch,
        };

        Assert.Equal(code, Limits.Validate(feedback, 1_000)?.Code);
    }

    [Fact]
    public void A_dead_letter_is_truncated_to_the_limits_and_says_so()
    {
        var letter = new DeadLettered
        {
            Origin = new("texts.news", 0, 7),
            Reason = new('r', 10_000),
            Detail = new('d', 1_000_000),
            FailedAt = DateTimeOffset.UnixEpoch,
            Key = new byte[1_000_000],
            Value = new byte[5_000_000],
            Headers = Enumerable.Range(0, 1_000).ToDictionary(static number => $"h{number}", static _ => new byte[1_000])
                .Append(new(RecordHeaders.Type, "x"u8.ToArray()))
                .ToDictionary(),
        };

        var kept = letter.Truncate(Limits);

        Assert.Equal((null, null, true), (kept.Key, kept.Value, kept.Omitted));
        Assert.Contains(RecordHeaders.Type, kept.Headers.Keys);
        Assert.InRange(kept.Headers.Count, 2, Limits.Headers);
        Assert.Contains("the value (5,000,000 bytes), the key (1,000,000 bytes), ", kept.Detail, StringComparison.Ordinal);
        Assert.True(Wire.Serialize(kept).Length < 150_000);
    }

    [Fact]
    public void A_dead_letter_within_the_limits_is_unchanged()
    {
        var letter = new DeadLettered
        {
            Origin = new("texts.news", 0, 7),
            Reason = "not-json",
            Detail = "The value is not JSON.",
            FailedAt = DateTimeOffset.UnixEpoch,
            Key = "key"u8.ToArray(),
            Value = Encoding.UTF8.GetBytes(new string('a', 2_000_000)),
            Headers = new Dictionary<string, byte[]> { ["trace"] = [1] },
        };

        Assert.Equal(letter, letter.Truncate(Limits));
    }

    [Fact]
    public void A_limit_outside_of_its_range_and_a_text_larger_than_a_record_are_rejected_at_start()
    {
        Assert.Contains(
            "IdBytes",
            Assert.Throws<ConfigurationException>(static () => new PipelineCatalog(DefaultPipelines.All, new() { IdBytes = 1 })).Message,
            StringComparison.Ordinal);
        Assert.Contains("raise Limits:RecordBytes", Assert.Throws<ConfigurationException>(static () => new PipelineCatalog(
            [DefaultPipelines.FinancialNews with { MaxTextBytes = 8 * 1024 * 1024 }])).Message, StringComparison.Ordinal);
    }

    private static TextReceived Text() => new() { Id = "1", Text = "Oil falls", OccurredAt = DateTimeOffset.UnixEpoch };
}
