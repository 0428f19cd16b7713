namespace StreamBert.Cli.Replay.Sorting;

/// <summary>Lists the orders in which the rows of a file are replayed.</summary>
internal enum RowOrder
{
    File,

    /// <summary>By event time; rows with equal times stay in file order.</summary>
    Time,
}
