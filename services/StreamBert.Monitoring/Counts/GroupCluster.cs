namespace StreamBert.Monitoring.Counts;

/// <summary>The texts of one cluster in a group of a fairness rule.</summary>
/// <param name="Key">The cluster, after near-duplicates were joined.</param>
/// <param name="Texts">The number of texts.</param>
/// <param name="Selected">The number of them that were given the label of the rule.</param>
internal readonly record struct GroupCluster(ulong Key, long Texts, long Selected);
