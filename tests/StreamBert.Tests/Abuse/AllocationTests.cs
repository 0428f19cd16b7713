namespace StreamBert.Tests.Abuse;

/// <summary>Marks tests that measure the allocations of the process, and therefore run while no other test does.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests;
