using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Finds training texts that resemble a validation or test text of the same head: the model would be evaluated on what it has memorized.
/// </summary>
/// <param name="encoder">Determines what the model reads.</param>
/// <param name="excludes">Whether they are kept out of the training; otherwise they are reported.</param>
internal sealed class EvaluationOverlapFilter(InputEncoder encoder, bool excludes)
{
    /// <summary>The number of texts that were kept out because the model reads them identically.</summary>
    public int Twins { get; private set; }

    /// <summary>The number of texts that were kept out as near-duplicates.</summary>
    public int NearDuplicates { get; private set; }

    /// <summary>Returns the head with the texts to train on.</summary>
    /// <exception cref="CliException">No text is left.</exception>
    public HeadTexts Apply(HeadTexts head)
    {
        if (head.Validation.Count + head.Test.Count == 0)
            return head;
        var evaluated = head.Validation.Concat(head.Test).Select(static text => text.Text);
        var overlaps = EvaluationOverlaps.Find(encoder, head.Train.Select(static text => text.Text), evaluated);
        var twins = overlaps.Count(static overlap => overlap == EvaluationOverlap.Twin);
        var similar = overlaps.Count(static overlap => overlap == EvaluationOverlap.NearDuplicate);
        if (twins + similar == 0)
            return head;
        Report(head, twins, similar);
        return excludes ? Exclude(head, overlaps, twins, similar) : head;
    }

    private HeadTexts Exclude(HeadTexts head, IReadOnlyList<EvaluationOverlap> overlaps, int twins, int similar)
    {
        (Twins, NearDuplicates) = (Twins + twins, NearDuplicates + similar);
        List<LabelledText> kept = [.. head.Train.Where((_, i) => overlaps[i] == EvaluationOverlap.None)];
        return kept.Count > 0 ? head with { Train = kept } : throw new CliException(
            $"All training texts of '{head.Head}' resemble a validation or test text; without them there is nothing to train on.");
    }

    private void Report(HeadTexts head, int twins, int similar)
    {
        var found = $"of the {Format.Count(head.Train.Count)} training texts of '{head.Head}', {Format.Count(twins)} are read identically "
            + $"to a validation or test text, and {Format.Count(similar)} are near-duplicates of one";
        Terminal.Error.WriteLine(excludes
            ? $"streambert: {found}; they are kept out of the training."
            : $"streambert: warning: {found}: the reports will be too good. --exclude-twins keeps them out of the training; streambert "
                + "datasets check lists them.");
    }
}
