using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;
using StreamBert.Training;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Benchmarks.Learning;

/// <summary>Runs the training service's run on an embedded log, from feedback to a promoted or refused candidate.</summary>
/// <param name="package">The directory of the model to start from.</param>
/// <param name="data">The directory of the data sets.</param>
/// <param name="options">The options of training.</param>
internal sealed class LearningBench(string package, string data, TrainingOptions options)
{
    public const string Head = "sentiment", Pipeline = "news";
    private const string Model = "small";

    private readonly Lazy<LearningTexts> _finance = new(() => LearningTexts.ReadFinance(data));
    private readonly Lazy<LearningTexts> _comments = new(() => LearningTexts.ReadComments(data));

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Gives the feedback of a scenario on so many texts, and trains and evaluates a candidate.</summary>
    public async Task<LearningResult> RunAsync(LearningScenario scenario, int count, int seed, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("streambert-learning-");
        try
        {
            return await RunAsync(folder.FullName, scenario, count, seed, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<LearningResult> RunAsync(
        string folder, LearningScenario scenario, int count, int seed, CancellationToken cancellation)
    {
        var (texts, random) = (scenario.IsNewDomain ? _comments.Value : _finance.Value, new Random(seed));
        WriteShipped(Path.Combine(folder, "shipped", Model), scenario);
        var pipelines = new PipelineCatalog([new() { Name = Pipeline, Model = Model, Heads = [Head] }]);
        await using var log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(folder, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        await log.CreateTopicsAsync(TopicPlan.For(pipelines, new() { Partitions = 1 }), cancellation);
        using var champion = TextClassifier.Load(package);
        var labels = champion.Heads.First(static head => head.Name == Head).Labels;
        await log.AppendAsync(
            [.. scenario.Label(texts.Draw(count, random), labels, random)
                .Select(static feedback => EventRecord.Create(Topics.Feedback, feedback, feedback.OccurredAt))],
            cancellation);
        var models = new ModelDirectory(Path.Combine(folder, "models"), Path.Combine(folder, "shipped"));
        var due = new DueRun(Model, TrainingCauses.Request, "benchmark", []);
        var result = await CreateRun(log, pipelines, models, folder).RunAsync(due, new Progress<TrainingProgress>(), cancellation)
            ?? throw new InvalidOperationException("The run has found no feedback.");
        using var candidate = TextClassifier.Load(models.Resolve(ModelDirectory.NameOf(Model, result.Trained.Version)));
        return new(
            result.Trained, MeasureAccuracy(champion, texts), MeasureAccuracy(candidate, texts),
            MeasureAccuracy(champion, _finance.Value), MeasureAccuracy(candidate, _finance.Value));
    }

    /// <summary>Writes the model to start from, with an anchor.</summary>
    private void WriteShipped(string directory, LearningScenario scenario)
    {
        var manifest = ModelPackage.Copy(package, directory, $"{Model}-v1");
        ModelPackage.WriteAnchor(directory, LearningTexts.DrawAnchor(
            data, [.. manifest.Heads.Select(static head => new HeadInfo(head.Name, head.Labels, head.Task))], !scenario.IsNewDomain));
    }

    private TrainingRun CreateRun(EmbeddedEventLog log, PipelineCatalog pipelines, ModelDirectory models, string folder)
    {
        var keys = new SubjectKeys(Options.Create(new SubjectKeyOptions { Directory = Path.Combine(folder, "keys") }));
        var (vault, privacy) = (new SubjectVault(keys), new PrivacyFilter(pipelines, keys));
        var schemas = new SchemaDecoder(
            Options.Create(new SchemaRegistryOptions()), new(), TimeProvider.System, NullLogger<SchemaDecoder>.Instance);
        var resolver = new FeedbackTextResolver(log, pipelines, privacy, vault, schemas);
        var reader = new FeedbackReader(
            log, pipelines, new(log, privacy, vault), resolver, vault, NullLogger<FeedbackReader>.Instance);
        return new(
            log, models, reader, new(log, pipelines, vault), new(new(models.Datasets, keys), pipelines, privacy, TimeProvider.System),
            Options.Create(options), TimeProvider.System, NullLogger<TrainingRun>.Instance);
    }

    private static double MeasureAccuracy(TextClassifier model, LearningTexts texts) => Evaluator.Evaluate(
        model, [.. texts.Test.Select(static text => new LabelledText(text.Text, Head, text.Label))], Head, "test").Accuracy;
}
