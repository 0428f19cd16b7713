using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>What the compared methods see of a text.</summary>
/// <param name="At">When it was classified.</param>
/// <param name="Label">The predicted label of the head <c>sentiment</c>.</param>
/// <param name="Confidence">Its confidence.</param>
internal readonly record struct ComparedText(DateTimeOffset At, string Label, double Confidence)
{
    private const string Negative = "negative";

    /// <summary>1 for a negative text, otherwise 0.</summary>
    public double Negativity => Label == Negative ? 1 : 0;
}

/// <summary>The texts of a run of a scenario, generated once for all methods.</summary>
/// <param name="Period">The times of the run.</param>
/// <param name="Texts">The texts in the order in which they arrive.</param>
internal sealed record ComparedRun(ScenarioPeriod Period, IReadOnlyList<ComparedText> Texts)
{
    private const string Sentiment = "sentiment";

    /// <summary>Generates a run.</summary>
    public static ComparedRun Of(ScenarioRun run) => new(run.Period, [.. run.Predictions().Select(Reduce)]);

    /// <summary>Divides the texts into windows by the time at which they arrived, windows without texts included.</summary>
    public IEnumerable<(DateTimeOffset End, IReadOnlyList<ComparedText> Texts)> Windows(TimeSpan length)
    {
        var next = 0;
        for (var end = Period.Whole.Start + length; end <= Period.Whole.End; end += length)
        {
            List<ComparedText> texts = [];
            for (; next < Texts.Count && Texts[next].At < end; next++)
                texts.Add(Texts[next]);
            yield return (end, texts);
        }
    }

    private static ComparedText Reduce(TextClassified text)
    {
        var answer = text.Heads[Sentiment];
        return new(text.ClassifiedAt, answer.Label, answer.Confidence);
    }
}
