using P2PStream.Transfer;

if (args is ["end", var role, .. var words])
{
    var options = new EndOptions(words);
    await (role switch
    {
        "limit-sender" => LimitSender.RunAsync(options),
        "limit-receiver" => LimitReceiver.RunAsync(options),
        "seed" => NodeSeed.RunAsync(options),
        "leech" => NodeLeech.RunAsync(options),
        "viewer" => NodeViewer.RunAsync(options),
        "meter" => NodeMeter.RunAsync(options),
        "keeper" => NodeKeeper.RunAsync(options),
        "crowd" => NodeCrowd.RunAsync(options),
        "https-server" => HttpsServer.RunAsync(options),
        "https-viewer" => HttpsViewer.RunAsync(options),
        "dht-nodes" => DhtNodes.RunAsync(options),
        "dht-looker" => DhtLooker.RunAsync(options),
        "relay" => Relay.RunAsync(options),
        _ => throw new ArgumentException($"no such end: {role}"),
    });
    return 0;
}

return await Bench.RunAsync(args);
