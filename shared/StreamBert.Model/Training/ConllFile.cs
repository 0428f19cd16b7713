using StreamBert.Contracts;
using StreamBert.Model.Heads;

namespace StreamBert.Model.Training;

/// <summary>
/// Reads the CoNLL format: a word and its tag a line (the first and the last column, between tabs or spaces), an empty line between
/// sentences,
/// lines that begin with -DOCSTART- between documents.
/// </summary>
public static class ConllFile
{
    private const string DocumentStart = "-DOCSTART-";

    /// <param name="name">Names the file in messages.</param>
    /// <exception cref="ModelPackageException">A line is none of these, or there is no sentence; the message names file and
    /// line.</exception>
    public static IReadOnlyList<TaggedSentence> Read(string name, IEnumerable<string> lines)
    {
        var sentences = Sentences(name, lines).ToList();
        return sentences.Count > 0 ? sentences : throw new ModelPackageException($"{name}: there is no sentence in it.");
    }

    private static IEnumerable<TaggedSentence> Sentences(string name, IEnumerable<string> lines)
    {
        var (words, tags, number) = (new List<string>(), new List<string>(), 0);
        foreach (var line in lines.Append(""))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith(DocumentStart, StringComparison.Ordinal))
            {
                if (words.Count > 0) yield return new TaggedSentence(words, tags);
                (words, tags) = ([], []);
                continue;
            }

            var (word, tag) = Parse(line, $"{name}, line {number}");
            words.Add(word);
            tags.Add(tag);
        }
    }

    private static (string Word, string Tag) Parse(string line, string place)
    {
        var columns = line.Contains('\t')
            ? line.Split('\t', StringSplitOptions.TrimEntries)
            : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length < 2 || columns[0].Length == 0)
        {
            throw new ModelPackageException(
                $"{place}: '{Shortened(line)}' is no word with a tag; a line must hold both, with a tab or a space between them.");
        }

        return Tags.IsTag(columns[^1]) && VisibleText.IsPlain(columns[^1]) ? (columns[0], columns[^1]) : throw new ModelPackageException(
            $"{place}: '{Shortened(columns[^1])}' is no tag; tags are O, B-TYPE and I-TYPE (also E-, L-, S- and U-), such as B-PER.");
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
