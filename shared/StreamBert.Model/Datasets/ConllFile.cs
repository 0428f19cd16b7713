using StreamBert.Contracts;
using StreamBert.Model.Entities;

namespace StreamBert.Model.Datasets;

/// <summary>
/// Reads the CoNLL format: a word and its tag per line (the first and the last column, separated by tabs or spaces), an empty line between
/// sentences, lines that begin with -DOCSTART- between documents.
/// </summary>
public static class ConllFile
{
    private const string DocumentStart = "-DOCSTART-";
    private const int MaxExcerptLength = 40;

    /// <summary>Parses the lines of a file.</summary>
    /// <param name="name">The name of the file for error messages.</param>
    /// <param name="lines">The lines.</param>
    /// <returns>The sentences, with tags converted to IOB2.</returns>
    /// <exception cref="ModelPackageException">A line is malformed, or there is no sentence; the message names file and line.</exception>
    public static IReadOnlyList<TaggedSentence> Read(string name, IEnumerable<string> lines)
    {
        var sentences = ParseSentences(name, lines).ToList();
        return sentences.Count > 0 ? sentences : throw new ModelPackageException($"{name}: the file contains no sentence.");
    }

    private static IEnumerable<TaggedSentence> ParseSentences(string name, IEnumerable<string> lines)
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

            var (word, tag) = ParseWord(line, $"{name}, line {number}");
            words.Add(word);
            tags.Add(tag);
        }
    }

    private static (string Word, string Tag) ParseWord(string line, string location)
    {
        var columns = line.Contains('\t') ? line.Split('\t', StringSplitOptions.TrimEntries)
            : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length < 2 || columns[0].Length == 0)
        {
            throw new ModelPackageException(
                $"{location}: '{Shorten(line)}' is not a word with a tag; a line must contain both, separated by a tab or a space.");
        }

        if (EntityTags.IsTag(columns[^1]) && VisibleText.IsPlain(columns[^1])) return (columns[0], columns[^1]);
        throw new ModelPackageException(
            $"{location}: '{Shorten(columns[^1])}' is not a tag; tags are O, B-TYPE and I-TYPE (also E-, L-, S- and U-), such as B-PER.");
    }

    private static string Shorten(string text) => text.Length <= MaxExcerptLength ? text : text[..MaxExcerptLength] + "…";
}
