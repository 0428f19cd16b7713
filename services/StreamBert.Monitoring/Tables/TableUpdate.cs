namespace StreamBert.Monitoring.Tables;

/// <summary>Describes how a window has changed a table of tracked names.</summary>
/// <param name="Added">The names that are tracked from now on.</param>
/// <param name="Evicted">The names that are no longer tracked.</param>
/// <param name="Overflow">The names that exceed the capacity.</param>
internal sealed record TableUpdate(IReadOnlyList<string> Added, IReadOnlyList<string> Evicted, TableOverflow Overflow);

/// <summary>Counts the names of one window that exceed the capacity of a table, or were evicted while in use.</summary>
/// <param name="Table">The name of the table; see <see cref="TableNames"/>.</param>
/// <param name="Capacity">The number of names that the table tracks.</param>
/// <param name="Names">The number of names that are not tracked, at least.</param>
/// <param name="Uses">The number of texts or mentions with these names.</param>
internal sealed record TableOverflow(string Table, int Capacity, long Names, long Uses)
{
    public bool IsFull => Names > 0;
}
