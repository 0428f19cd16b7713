using StreamBert.Model.Evaluation;
using StreamBert.Training.Gates;

namespace StreamBert.Tests.Training.Gates;

/// <summary>Creates answers of champion and candidate to texts with the labels "a" and "b".</summary>
internal static class TestComparison
{
    private static readonly string[] Labels = ["a", "b"];

    /// <summary>Creates a comparison with so many texts of each kind; wrong answers are spread over both labels.</summary>
    public static HeadComparison Create(
        string head, int both, int onlyChampion = 0, int onlyCandidate = 0, int none = 0, double champion = 0.9, double candidate = 0.9)
    {
        List<(bool Champion, bool Candidate)> kinds =
        [
            .. Enumerable.Repeat((true, true), both), .. Enumerable.Repeat((true, false), onlyChampion),
            .. Enumerable.Repeat((false, true), onlyCandidate), .. Enumerable.Repeat((false, false), none),
        ];
        return new(
            head, Labels, [.. kinds.Select((kind, i) => Answer(i, kind.Champion, champion))],
            [.. kinds.Select((kind, i) => Answer(i, kind.Candidate, candidate))]);
    }

    /// <summary>Joins the answers of groups to one comparison of their head.</summary>
    public static HeadComparison Join(params (string Group, HeadComparison Texts)[] groups) => new(
        groups[0].Texts.Head, Labels, [.. groups.SelectMany(static group => group.Texts.Champion)],
        [.. groups.SelectMany(static group => group.Texts.Candidate)])
    {
        Groups = [.. groups.SelectMany(static group => Enumerable.Repeat<IReadOnlyList<string>>([group.Group], group.Texts.Count))],
    };

    private static EvaluatedText Answer(int text, bool isCorrect, double confidence) =>
        new(Labels[text % 2], Labels[isCorrect ? text % 2 : 1 - text % 2], confidence);
}
