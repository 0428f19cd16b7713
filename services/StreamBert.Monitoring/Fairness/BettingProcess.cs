namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Accumulates sequential evidence that a mean in [−1, 1] is above zero, by betting: each value x multiplies the wealth by 1 + λx, with
/// λ ≥ 0 chosen from the past alone, so that under "mean ≤ 0" no strategy gains (Chugg, Cortes-Gomez, Wilder and Ramdas 2023,
/// arXiv:2305.17570; λ by the approximate GRAPA rule of Waudby-Smith and Ramdas 2024). A new bettor with a stake of 1 joins in each
/// window, and the wealths are summed (the Shiryaev–Roberts e-detector of Shin, Ramdas and Rinaldo 2024): without a difference, reaching
/// c takes at least c windows on average, however often the wealth is inspected, and evidence is found whenever it begins.
/// </summary>
internal sealed class BettingProcess
{
    /// <summary>The logarithm of no wealth.</summary>
    private const double NoWealth = -700;

    private const double MaxBet = 0.75;
    private const double PriorWeight = 20;
    private const double PriorSquare = 0.4;

    /// <summary>The number of values over which λ is estimated: a compromise between stability and adaptation.</summary>
    private const double MemoryValues = 400;

    /// <summary>Bounds the logarithm of the wealth, as more would only delay its decrease.</summary>
    private const double MaxLogWealth = 100;

    /// <summary>Beyond it one more stake is negligible, and the exponential would overflow at last.</summary>
    private const double NegligibleStake = 40;

    /// <summary>The natural logarithm of the summed wealth.</summary>
    public double LogWealth { get; set; } = NoWealth;
    public double Weight { get; set; }
    public double Sum { get; set; }
    public double SumOfSquares { get; set; }

    /// <summary>Adds a new bettor with a stake of 1.</summary>
    public void BeginWindow() => LogWealth = LogWealth > NegligibleStake ? LogWealth : Math.Log(Math.Exp(LogWealth) + 1);

    /// <summary>Bets on a value, and then updates the estimate for the next bet.</summary>
    public void Update(double value)
    {
        LogWealth = Math.Clamp(LogWealth + Math.Log(1 + Bet() * value), NoWealth, MaxLogWealth);
        const double decay = 1 - 1 / MemoryValues;
        Weight = Weight * decay + 1;
        Sum = Sum * decay + value;
        SumOfSquares = SumOfSquares * decay + value * value;
    }

    /// <summary>Discards the wealth.</summary>
    public void Reset() => LogWealth = NoWealth;

    private double Bet()
    {
        var mean = Sum / (Weight + PriorWeight);
        var square = (SumOfSquares + PriorWeight * PriorSquare) / (Weight + PriorWeight);
        return Math.Clamp(mean / square, 0, MaxBet);
    }
}
