using System.Runtime.CompilerServices;
using StreamBert.Benchmarks.Learning;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Training;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>
/// Streams texts of a domain that a model does not know; people label one in twenty, and the model is trained whenever enough are new.
/// </summary>
/// <param name="package">The directory of the model to start from, which has an anchor and was trained with <c>recipe.json</c>.</param>
/// <param name="domain">The texts of the domain.</param>
/// <param name="data">The directory of the data sets.</param>
/// <param name="options">The options of training.</param>
internal sealed class AdaptationBench(string package, LearningTexts domain, string data, TrainingOptions options)
{
    public const int TextsPerLabel = 20;

    private static readonly LearningScenario Honest = LearningScenario.All.First(static scenario => scenario.Name == "honest");

    /// <summary>Yields the serving version before the first run and after each.</summary>
    public async IAsyncEnumerable<AdaptationStep> RunAsync(
        int runs, int seed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var first = TextClassifier.Load(package);
        var (anchor, head, random) = (ModelPackage.ReadAnchor(package), domain.FindHead(first), new Random(seed));
        await using var learning = await LearningRuns.CreateAsync(package, anchor, head.Name, options, cancellation);
        var feedback = Honest.Label(domain.Draw(int.MaxValue, random), head, random).ToList();
        LearningTexts[] old =
            [LearningTexts.ReadFinanceTest(data), LearningTexts.ReadTopics(data, first), LearningTexts.ReadOrders(data)];
        var step = Evaluate(first, "the first model", old);
        yield return step;
        for (var run = 0; run < runs && step.Labels < feedback.Count; run++)
        {
            var batch = feedback.Skip(step.Labels).Take(await learning.FindThresholdAsync(cancellation)).ToList();
            await learning.GiveAsync(batch, cancellation);
            var trained = await learning.TrainAsync(cancellation);
            using var model = TextClassifier.Load(learning.Resolve(trained.Version));
            step = Advance(step, Evaluate(model, trained.Version, old), batch.Count, trained);
            yield return step;
        }
    }

    private static AdaptationStep Advance(AdaptationStep last, AdaptationStep candidate, int labels, ModelTrained trained) =>
        (trained.Accepted ? candidate : last) with
        {
            Labels = last.Labels + labels,
            Texts = (last.Labels + labels) * TextsPerLabel,
            CandidateAccuracy = candidate.New.Report.Accuracy,
            Refused = [.. LearningResult.FindFailedGates(trained)],
        };

    private AdaptationStep Evaluate(TextClassifier model, string version, IEnumerable<LearningTexts> old)
    {
        var report = new DomainReport(domain.Name, domain.Evaluate(model));
        var reports = old.Select(texts => new DomainReport(texts.Name, texts.Evaluate(model))).ToList();
        return new(0, 0, version, report, reports, report.Report.Accuracy, []);
    }
}
