using StreamBert.Contracts;
using StreamBert.Model.Classification;

namespace StreamBert.Training.Annotators;

/// <summary>
/// Finds annotators who are less reliable than the others, such as one who labels wrongly on purpose. Each annotator is compared with the
/// others by <see cref="PeerAgreement"/> and <see cref="PredictedAgreement"/>; the p-values are adjusted for all tests. An annotator who is
/// alone has nobody to be compared with: then the report counts how often the labels contradict confident answers of the champion, which
/// may be right where the champion is wrong, and therefore proves nothing by itself.
/// </summary>
internal sealed class AnnotatorAssessor(AnnotatorGateOptions options)
{
    /// <summary>The confidence from which an answer of the champion counts as contradicted.</summary>
    public const double Confident = 0.9;

    /// <summary>The number of annotators of a head that are compared by predictions, those who seem least reliable.</summary>
    private const int MaximumSuspects = 10;

    private const int MaximumSlices = 5;

    /// <summary>
    /// The number of texts from which the source or attribute that they share is named. That of fewer texts could identify a person.
    /// </summary>
    private const int MinimumShared = 5;

    /// <param name="labels">The labels of all heads, before conflicts are resolved.</param>
    /// <param name="anchor">Labelled texts of the model's base, by head.</param>
    /// <param name="heads">The heads of the model.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public AnnotatorAssessment Assess(
        IReadOnlyList<JudgedLabel> labels, ILookup<string, (ClassifiedText Text, string Label)> anchor, IReadOnlyList<HeadInfo> heads,
        CancellationToken cancellation)
    {
        var tests = new List<ReliabilityTest>();
        var peers = new List<(JudgedLabel Label, double Agreement)>();
        var errors = new List<(string Annotator, double ErrorRate, int Labels)>();
        foreach (var head in labels.GroupBy(static label => label.Head).OrderBy(static head => head.Key, StringComparer.Ordinal))
        {
            var (ofHead, names) = (head.ToList(), heads.First(info => info.Name == head.Key).Labels);
            var predicted = new PredictedAgreement(ofHead, [.. anchor[head.Key]], head.Key, names);
            var rates = predicted.EstimateErrors(cancellation);
            tests.AddRange(Test(ofHead, predicted, rates, cancellation));
            peers.AddRange(PeerAgreement.Compare(ofHead));
            errors.AddRange(rates.Select(rate => (rate.Key, rate.Value, ofHead.Count(label => label.Annotator == rate.Key))));
        }
        var adjusted = HolmCorrection.Adjust([.. tests.Select(static test => test.PValue)]);
        var unreliable = tests.Zip(adjusted, static (test, adjusted) => test with { PValue = adjusted })
            .Where(test => test.PValue <= 1 - options.Confidence && test.Excess >= options.MinimumExcess).ToList();
        return new([.. Report(labels, peers, errors, unreliable)], unreliable, [.. FindSlices(labels)]);
    }

    private IEnumerable<ReliabilityTest> Test(
        IReadOnlyList<JudgedLabel> labels, PredictedAgreement predicted, IReadOnlyDictionary<string, double> rates,
        CancellationToken cancellation)
    {
        var annotators = labels.CountBy(static label => label.Annotator).Where(annotator => annotator.Value >= options.MinimumLabels)
            .Select(static annotator => annotator.Key).Order(StringComparer.Ordinal).ToList();
        var suspects = annotators.OrderByDescending(annotator => rates.GetValueOrDefault(annotator)).Take(MaximumSuspects);
        return
        [
            .. annotators.Select(annotator => PeerAgreement.Test(annotator, labels, options.MinimumLabels)).OfType<ReliabilityTest>(),
            .. suspects.Select(annotator => predicted.Test(annotator, options.MinimumLabels, cancellation)).OfType<ReliabilityTest>(),
        ];
    }

    private static IEnumerable<ContradictedSlice> FindSlices(IReadOnlyList<JudgedLabel> labels) => labels
        .Where(static label => label.Answer.Confidence >= Confident && label.Answer.Label != label.Label)
        .GroupBy(static label => (label.Annotator, label.Pipeline, label.Head, Answer: label.Answer.Label, label.Label))
        .Select(static group => (Labels: group.ToList(), Slice: new ContradictedSlice(
            group.Key.Annotator, group.Key.Pipeline, group.Key.Head, group.Key.Answer, group.Key.Label, group.Count())))
        .OrderByDescending(static group => group.Slice.Count).ThenBy(static group => group.Slice.ToString(), StringComparer.Ordinal)
        .Take(MaximumSlices)
        .Select(group => group.Slice with
        {
            Shared = FindShared(
                group.Labels, [.. labels.Where(label => (label.Pipeline, label.Head) == (group.Slice.Pipeline, group.Slice.Head))]),
        });

    /// <summary>Returns the source or attribute of most of some labels whose number exceeds the expected one by most.</summary>
    private static (string Slice, int Count)? FindShared(IReadOnlyList<JudgedLabel> some, IReadOnlyList<JudgedLabel> all)
    {
        var expected = all.SelectMany(static label => label.Slices).CountBy(static slice => slice)
            .ToDictionary(static slice => slice.Key, slice => (double)slice.Value * some.Count / all.Count);
        return some.SelectMany(static label => label.Slices).CountBy(static slice => slice)
            .Where(slice => slice.Value >= MinimumShared && 2 * slice.Value > some.Count && slice.Value > expected[slice.Key])
            .OrderByDescending(slice => slice.Value - expected[slice.Key]).ThenBy(static slice => slice.Key, StringComparer.Ordinal)
            .Select(static slice => ((string, int)?)(slice.Key, slice.Value)).FirstOrDefault();
    }

    private static IEnumerable<AnnotatorReport> Report(
        IReadOnlyList<JudgedLabel> labels, IReadOnlyList<(JudgedLabel Label, double Agreement)> peers,
        IReadOnlyList<(string Annotator, double ErrorRate, int Labels)> errors, IReadOnlyList<ReliabilityTest> unreliable)
    {
        foreach (var annotator in labels.GroupBy(static label => label.Annotator).OrderBy(static own => own.Key, StringComparer.Ordinal))
        {
            var compared = peers.Where(pair => pair.Label.Annotator == annotator.Key).ToList();
            var estimated = errors.Where(error => error.Annotator == annotator.Key).ToList();
            var confident = annotator.Where(static label => label.Answer.Confidence >= Confident).ToList();
            yield return new()
            {
                Annotator = annotator.Key,
                Labels = annotator.Count(),
                SharedLabels = compared.Count,
                Agreement = compared.Count == 0 ? null : compared.Average(static pair => pair.Agreement),
                ErrorRate = estimated.Count == 0 ? null
                    : estimated.Sum(static error => error.ErrorRate * error.Labels) / estimated.Sum(static error => error.Labels),
                ConfidentAnswers = confident.Count,
                Contradictions = confident.Count(static label => label.Answer.Label != label.Label),
                Unreliable = unreliable.Any(test => test.Annotator == annotator.Key),
            };
        }
    }
}
