using System.Buffers;
using System.Text;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// The labels of a head in the order in which a model writes their scores, nearly always the same: scores are then read without finding
/// the end of each label and the label itself.
/// </summary>
/// <param name="labels">The labels, each once; none has characters that JSON escapes.</param>
internal sealed class ScoreLayout(string[] labels)
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(static control => (char)control)]);

    private readonly byte[][] _members = [.. labels.Select(static label => Encoding.UTF8.GetBytes($"\"{label}\":"))];

    /// <summary>The labels.</summary>
    public string[] Labels => labels;

    /// <summary>Returns the layout of labels; null if the scores of such labels must be read one by one.</summary>
    public static ScoreLayout? Of(string[] labels) =>
        labels.Length > 0 && !Array.Exists(labels, static label => label.AsSpan().ContainsAny(Escaped))
            ? new(labels) : null;

    /// <summary>Reads an object with exactly these labels in this order; null if the object is another one.</summary>
    public double[]? TryRead(ref CompactJsonReader reader)
    {
        var scores = new double[_members.Length];
        var hasMember = reader.BeginObject();
        for (var i = 0; i < scores.Length; i++)
        {
            if (!hasMember || !reader.TryRead(_members[i]))
                return null;
            scores[i] = reader.ReadDouble();
            hasMember = reader.NextMember();
        }
        return hasMember || reader.HasFailed ? null : scores;
    }
}
