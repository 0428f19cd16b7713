using StreamBert.Contracts;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Describes the parts of a request that were ignored or changed.</summary>
internal static class RequestNotes
{
    private const int MaxNames = 20;

    /// <returns>Null if there are none.</returns>
    public static IReadOnlyList<string>? Of<T>(IReadOnlyList<ParsedItem<T>> items)
    {
        var notes = new List<string>();
        foreach (var (index, item) in items.Index())
        {
            if (item.ReplacedSurrogates > 0)
                notes.Add($"[{index}]: {TextNotes.Surrogates(item.ReplacedSurrogates)}");
        }
        var ignored = items.SelectMany(static item => item.IgnoredFields).Distinct().ToList();
        if (ignored.Count > 0)
        {
            var names = string.Join(", ", ignored.Take(MaxNames).Select(static name => Excerpt.Quote(name)));
            notes.Add($"Unknown fields were ignored: {names}{(ignored.Count > MaxNames ? $" and {ignored.Count - MaxNames} more" : "")}.");
        }
        return notes.Count == 0 ? null : notes;
    }
}
