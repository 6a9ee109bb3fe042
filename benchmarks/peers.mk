.PHONY: bench-peers
bench-peers: ## Install the peers that benchmarks are measured against (.bench-venv)
	@test -x .bench-venv/bin/python || python3 -m venv .bench-venv
	@.bench-venv/bin/python -m pip install --quiet $$(grep '^torch==' benchmarks/peers/requirements.txt)
	@.bench-venv/bin/python -m pip install --quiet -r benchmarks/peers/requirements.txt
