using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Webhooks;

namespace StreamBert.Tests.Training.Webhooks;

/// <summary>Tests the messages about model versions.</summary>
public sealed class VersionMessageTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void A_promotion_names_model_version_and_checksum_and_has_the_position_as_its_id()
    {
        var message = VersionMessage.Create(Record(new ModelPromoted
        {
            Model = "default",
            Version = "default-v2",
            Previous = "default-v1",
            Directory = "default/default-v2",
            Sha256 = "ab12",
            PromotedAt = TrainingBench.Start,
            By = "training",
        }))!;

        var body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal("models-0-17", message.Id);
        Assert.Equal("model.promoted", body.GetProperty("type").GetString());
        Assert.Equal(TrainingBench.Start, body.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal("ab12", body.GetProperty("data").GetProperty("sha256").GetString());
        Assert.Equal("default-v1", body.GetProperty("data").GetProperty("previous").GetString());
    }

    [Fact]
    public void A_registered_candidate_names_the_gates_that_failed_and_other_events_make_no_message()
    {
        var trained = VersionMessage.Create(Record(new ModelTrained
        {
            Model = "default",
            Version = "default-v3",
            Parent = "default-v2",
            TrainedAt = TrainingBench.Start,
            TrainingSeconds = 1,
            FeedbackCount = 1,
            ReplayCount = 1,
            Candidate = [],
            Accepted = false,
            Gates = ["passed: a", "failed: b"],
        }))!;
        var pin = new PinChanged { Model = "m", Version = "v", Pinned = true, ChangedAt = TrainingBench.Start, By = "anna" };

        var data = JsonDocument.Parse(trained.Body).RootElement.GetProperty("data");
        Assert.Equal(["failed: b"], data.GetProperty("failed").EnumerateArray().Select(static gate => gate.GetString()));
        Assert.Null(VersionMessage.Create(Record(pin)));
    }

    [Theory]
    [InlineData("ci", "https://ci.example", Secret, true)]
    [InlineData("c i", "https://ci.example", Secret, false)]
    [InlineData("ci", "ftp://ci.example", Secret, false)]
    [InlineData("ci", "https://ci.example", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("ci", "https://ci.example", "whsec_c2hvcnQ=", false)]
    public void Settings_that_cannot_work_are_refused(string name, string url, string secret, bool isValid)
    {
        var options = new WebhookOptions { Name = name, Url = new(url), Secret = secret };

        var faults = options.Validate(new ValidationContext(options)).ToList();

        Assert.Equal(isValid, faults.Count == 0);
        Assert.DoesNotContain(faults, fault => fault.ErrorMessage!.Contains(secret, StringComparison.Ordinal));
    }

    internal static LogRecord Record<T>(T item)
    {
        var record = EventRecord.Create(Topics.Models, "default", item, TrainingBench.Start);
        return new(new(Topics.Models, 0, 17), record.Key, record.Value, record.Headers, record.Timestamp);
    }
}
