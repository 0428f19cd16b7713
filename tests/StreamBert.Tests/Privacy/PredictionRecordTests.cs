using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Privacy;

/// <summary>Tests what of a prediction in the form of its producer enters the log.</summary>
public sealed class PredictionRecordTests : IDisposable
{
    private const string Mail = "a@b.example";
    private const string Prediction = """{"id":"1","who":"kim","headline":"a@b.example","result":{"up":0.4111111111111111,"down":0}}""";

    private static readonly PipelineOptions Plain = new()
    {
        Name = "scored-news",
        Heads = ["sentiment"],
        Fields = new() { Text = "headline", Subject = "who" },
        Predictions = new() { Heads = new Dictionary<string, PredictedHeadMapping> { ["sentiment"] = new() { Scores = "result" } } },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_privacy_settings_it_stays_as_it_is() => Assert.Equal(Prediction, Value(Plain, Prediction));

    [Fact]
    public void The_value_of_a_subject_that_will_be_sealed_keeps_what_the_pipeline_does_not_redact()
    {
        var seals = Plain with { Privacy = new() { PerSubjectKeys = true } };

        var record = ToRecord(seals, Prediction);

        Assert.Equal(Prediction, Encoding.UTF8.GetString(record.Value!));
        Assert.Matches("^anon-[a-p]+$", Encoding.UTF8.GetString(record.Key!)); // of a random key: the letters may happen to spell kim
    }

    [Fact]
    public void Without_a_subject_nothing_is_sealed_so_all_personal_data_is_redacted_but_not_the_scores()
    {
        var seals = Plain with { Privacy = new() { PerSubjectKeys = true } };

        var value = Value(seals, Prediction.Replace("\"who\":\"kim\",", "", StringComparison.Ordinal));

        Assert.DoesNotContain(Mail, value, StringComparison.Ordinal);
        Assert.Contains("0.4111111111111111", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_an_event_in_base64_is_redacted_too()
    {
        var redacts = Plain with { Privacy = new() { Redact = ["email"] } };
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Prediction));

        var value = Value(redacts, $$"""
            { "specversion": "1.0", "id": "e", "source": "", "type": "", "datacontenttype": "application/json", "data_base64": "{{data}}" }
            """);

        Assert.DoesNotContain(data, value, StringComparison.Ordinal);
        Assert.DoesNotContain(Mail, value, StringComparison.Ordinal);
        Assert.Contains("0.4111111111111111", value, StringComparison.Ordinal);
    }

    private string Value(PipelineOptions pipeline, string json) => Encoding.UTF8.GetString(ToRecord(pipeline, json).Value!);

    private NewRecord ToRecord(PipelineOptions pipeline, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var sent = new LogRecord(new("scored-news", 0, 0), null, bytes, new Dictionary<string, byte[]>(), DateTimeOffset.UnixEpoch);
        var privacy = new PrivacyFilter(new([pipeline]), TestKeys.In(_folder["keys"]));
        var record = privacy.ToRecord(pipeline, RecordParser.Parse(sent, pipeline, new()).Text!, bytes);
        Assert.Null(RecordParser.Validate(record, pipeline, new())); // Inference still reads it
        return record;
    }
}
