using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>The names that a pipeline tracks individually at the close of a window.</summary>
/// <param name="Segments">
/// The segments of all dimensions, entities among them, and the segment of the others of each dimension; not <c>all</c>.
/// </param>
/// <param name="Groups">Fairness rule → the groups that it compares.</param>
/// <param name="Overflows">The overflow of each table in the window.</param>
internal sealed record TrackedNames(
    IReadOnlySet<string> Segments, IReadOnlyDictionary<string, IReadOnlySet<string>> Groups, IReadOnlyList<TableOverflow> Overflows)
{
    /// <summary>Returns the groups that a fairness rule compares.</summary>
    public IReadOnlySet<string> GroupsOf(string rule) => Groups.GetValueOrDefault(rule) ?? new HashSet<string>();
}
