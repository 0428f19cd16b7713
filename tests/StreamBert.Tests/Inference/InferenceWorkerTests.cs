using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Inference;
using StreamBert.Tests.Inference.Serving;

namespace StreamBert.Tests.Inference;

/// <summary>Tests the service as production composes it, on an embedded log with real models.</summary>
public sealed class InferenceWorkerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("streambert-service-").FullName;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_are_classified_by_the_version_that_was_promoted_last()
    {
        using var host = Build("tiny");
        var log = host.Services.GetRequiredService<IEventLog>();
        await log.CreateTopicsAsync([new(Topics.Models, 1)], _cancellation);
        await log.AppendAsync([Promotion("v1")], _cancellation);

        await host.StartAsync(_cancellation);
        await log.AppendAsync([InferenceBench.Text("a", "rates rise")], _cancellation);
        await foreach (var first in PredictionsAsync(log).Take(1))
            Assert.Equal(("a", "v1"), (first.Id, first.ModelVersion));
        var parts = host.Services.GetRequiredService<Readiness>().Parts;
        Assert.StartsWith("serves v1 in float32", parts["model tiny"].Detail, StringComparison.Ordinal);

        await log.AppendAsync([Promotion("v2")], _cancellation);
        var ids = new List<string>();
        await foreach (var prediction in PredictionsAsync(log))
        {
            ids.Add(prediction.Id);
            if (prediction.ModelVersion == "v2")
                break;
            await log.AppendAsync([InferenceBench.Text($"{ids.Count}", "rates fall")], _cancellation);
        }
        await host.StopAsync(_cancellation);

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task The_service_is_ready_once_its_models_are_loaded_and_both_groups_are_joined()
    {
        using var host = Build("tiny");
        var log = host.Services.GetRequiredService<IEventLog>();
        await log.CreateTopicsAsync([new(Topics.Models, 1)], _cancellation);
        await log.AppendAsync([Promotion("v1")], _cancellation);
        await host.StartAsync(_cancellation);
        await log.AppendAsync([InferenceBench.Text("a", "bulk"), Interactive("b", "asked")], _cancellation);
        await PredictionsAsync(log).Take(2).CountAsync(_cancellation);

        var readiness = host.Services.GetRequiredService<Readiness>();
        while (!readiness.IsReady) // the group of explanations joins on its own
            await Task.Delay(10, _cancellation);

        Assert.All(
            ["model tiny", "group inference", "group inference-interactive", "group inference-explain"],
            part => Assert.True(readiness.Parts[part].IsReady, part));
        await host.StopAsync(_cancellation);
    }

    [Fact]
    public async Task A_pipeline_without_a_model_version_reports_that_it_waits_and_starts_with_the_first_promotion()
    {
        using var host = Build("tiny");
        var log = host.Services.GetRequiredService<IEventLog>();
        var readiness = host.Services.GetRequiredService<Readiness>();

        await host.StartAsync(_cancellation);
        await log.AppendAsync([InferenceBench.Text("a", "rates rise")], _cancellation);
        Assert.False(readiness.IsReady);
        Assert.Contains("models import DIR --name tiny", readiness.Parts["model tiny"].Detail, StringComparison.Ordinal);
        Assert.Contains("the texts of news wait", readiness.Parts["model tiny"].Detail, StringComparison.Ordinal);

        await log.AppendAsync([Promotion("v1")], _cancellation);
        await foreach (var first in PredictionsAsync(log).Take(1))
            Assert.Equal(("a", "v1"), (first.Id, first.ModelVersion));
        Assert.StartsWith("serves v1 in float32", readiness.Parts["model tiny"].Detail, StringComparison.Ordinal);
        await host.StopAsync(_cancellation);
    }

    [Fact]
    public async Task No_pipeline_waits_for_the_model_of_another_and_a_request_for_a_missing_model_fails_at_once()
    {
        using var host = Build("tiny", ("late", "elsewhere"));
        var log = host.Services.GetRequiredService<IEventLog>();
        await log.CreateTopicsAsync([new(Topics.Models, 1)], _cancellation);
        await log.AppendAsync([Promotion("v1")], _cancellation);

        await host.StartAsync(_cancellation);
        await log.AppendAsync([InferenceBench.Text("a", "rates rise"), Interactive("b", "asked", "late")], _cancellation);

        Assert.Equal("a", (await PredictionsAsync(log).FirstAsync(_cancellation)).Id);
        await foreach (var deadLetters in log.TailAsync(Topics.DeadLetter, new Dictionary<int, long>(), _cancellation))
        {
            Assert.Contains(
                "No version of the model 'elsewhere' is available yet",
                Wire.Deserialize<DeadLettered>(deadLetters[0].Value).Detail,
                StringComparison.Ordinal);
            break;
        }
        Assert.False(host.Services.GetRequiredService<Readiness>().IsReady);
        await host.StopAsync(_cancellation);
    }

    [Fact]
    public async Task The_shipped_default_model_distinguishes_good_news_from_bad()
    {
        using var host = Build("default");
        var log = host.Services.GetRequiredService<IEventLog>();
        await host.StartAsync(_cancellation);

        await log.AppendAsync(
        [
            InferenceBench.Text("good", "Shares jump as quarterly profit beats expectations and the outlook is raised"),
            InferenceBench.Text("bad", "Shares plunge after the company misses estimates and warns of heavy losses"),
        ], _cancellation);
        var labels = await PredictionsAsync(log).Take(2)
            .ToDictionaryAsync(static p => p.Id, static p => p.Heads["sentiment"].Label, cancellationToken: _cancellation);
        await host.StopAsync(_cancellation);

        Assert.Equal(("positive", "negative"), (labels["good"], labels["bad"]));
    }

    [Fact]
    public async Task A_text_with_a_requested_explanation_gets_it_with_its_prediction()
    {
        using var host = Build("default");
        var log = host.Services.GetRequiredService<IEventLog>();
        await host.StartAsync(_cancellation);

        await log.AppendAsync([Explain("why", "Shares plunge after the company warns of heavy losses", "sentiment", null)], _cancellation);
        var answer = await PredictionsAsync(log).FirstAsync(_cancellation);
        await host.StopAsync(_cancellation);

        var explanation = Assert.Single(answer.Explanations!);
        Assert.Equal((answer.Heads["sentiment"].Label, Topics.Explain), (explanation.Label, answer.Origin.Topic));
        Assert.Contains("plunge", explanation.Words.Where(static word => word.Attribution > 0).Select(static word => word.Text));
    }

    [Fact]
    public async Task A_text_that_cannot_be_explained_becomes_a_dead_letter_with_the_reason()
    {
        using var host = Build("default");
        var log = host.Services.GetRequiredService<IEventLog>();
        await host.StartAsync(_cancellation);

        await log.AppendAsync([Explain("why", "Shares plunge", "sentiment", "glad"), Explain(
            "late",
            "Shares plunge",
            "sentiment",
            null,
            "2001-01-01T00:00:00Z")], _cancellation);
        var deadLetters = new List<DeadLettered>();
        await foreach (var records in log.TailAsync(Topics.DeadLetter, new Dictionary<int, long>(), _cancellation))
        {
            deadLetters.AddRange(records.Select(static record => Wire.Deserialize<DeadLettered>(record.Value)));
            if (deadLetters.Count == 2)
                break;
        }
        await host.StopAsync(_cancellation);

        Assert.Equal(["cannot-explain", "deadline-passed"], deadLetters.Select(static deadLetter => deadLetter.Reason).Order());
        Assert.Contains(
            "no label 'glad'",
            deadLetters.Single(static deadLetter => deadLetter.Reason == "cannot-explain").Detail,
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private IHost Build(string model, (string Name, string Model)? second = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Log:Engine"] = "embedded",
            ["Log:Directory"] = Path.Combine(_root, "log"),
            ["Models:Directory"] = Path.Combine(_root, "models"),
            ["Privacy:Directory"] = Path.Combine(_root, "keys"),
            ["Pipelines:0:Name"] = "news",
            ["Pipelines:0:Model"] = model,
            ["Pipelines:0:Heads:0"] = "sentiment",
        });
        if (second is { } other)
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Pipelines:1:Name"] = other.Name,
                ["Pipelines:1:Model"] = other.Model,
                ["Pipelines:1:Heads:0"] = "sentiment",
            });
        }

        builder.AddInference();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private NewRecord Promotion(string version)
    {
        var directory = Path.Combine(_root, "models", "tiny", version);
        TinyPackage.Write(directory, version, "sentiment");
        var promoted = new ModelPromoted
        {
            Model = "tiny",
            Version = version,
            Directory = $"tiny/{version}",
            Sha256 = ModelPackage.HashWeights(directory),
            PromotedAt = InferenceBench.EventTime,
            By = "test",
        };
        return new(Topics.Models, "tiny"u8.ToArray(), Wire.Serialize(promoted), InferenceBench.EventTime)
        {
            Headers = EventRecord.HeadersFor<ModelPromoted>()
        };
    }

    private static NewRecord Interactive(
        string id,
        string text,
        string pipeline = "news") => InferenceBench.Text(id, text, topic: Topics.Interactive) with
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline) },
        };

    private static NewRecord Explain(string id, string text, string head, string? label, string? deadline = null)
    {
        var headers = new Dictionary<string, byte[]>
        {
            [RecordHeaders.Pipeline] = "news"u8.ToArray(),
            [RecordHeaders.ExplainHead] = Encoding.UTF8.GetBytes(head)
        };
        if (label is not null)
            headers[RecordHeaders.ExplainLabel] = Encoding.UTF8.GetBytes(label);
        if (deadline is not null)
            headers[RecordHeaders.Deadline] = Encoding.UTF8.GetBytes(deadline);
        return InferenceBench.Text(id, text, topic: Topics.Explain) with { Headers = headers };
    }

    private async IAsyncEnumerable<TextClassified> PredictionsAsync(IEventLog log)
    {
        await foreach (var records in log.TailAsync(Topics.Predictions, new Dictionary<int, long>(), _cancellation))
        {
            foreach (var record in records)
                yield return Wire.Deserialize<TextClassified>(record.Value);
        }
    }
}
